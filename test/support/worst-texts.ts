/** One of each kind of character that a rule may look for, and of each kind that Unicode treats specially. */
const SIGNS = [
  ...[' ', '\t', '\n', '\r', '\u00a0', '\u3000', '\u2028'],
  ...[
    '.',
    ',',
    ';',
    ':',
    '>',
    '<',
    '"',
    "'",
    '\u2019',
    '(',
    ')',
    '[',
    '{',
    '|',
    '/',
    '\\',
    '_',
    '#',
    '%',
    '!',
    '?',
    '&',
    '&amp;',
    '*',
    '~',
  ],
  ...['-', '+', '=', '@', '\u2212', '\u2013', '\uff0c'],
  ...['0', '1', '9', '\uff11', 'a', 'Z', 'T', 'e', 'xn--', 'sv-', 'a.', 'a-'],
  ...['\u00e4', '\u00df', '\u0130', '\u03a3', '\u00c3\u00a4', '\u221a\u2202', '\ud83d\ude00', '\ud800', '\udc00'],
  // Combining marks (also where several compose to one), letters that decompose into many, and parts of syllables.
  ...['\u0301', '\u0316', '\u0345', '\u0344', '\u0f73', '\u3099', '\uff9e', '\ufb00', '\ufdfa', '\u1100', '\uac00'],
  // Without width, of another direction, or not a character.
  ...['\u200b', '\u00ad', '\ufeff', '\u202e', '\0', '\u0007', '\ufffd'],
];
/** Characters that stand beside each other in patterns: a repeat of one may be ambiguous with a repeat of the other. */
const PARTNERS = [
  ...[' ', '.', ',', '>', '<', '"', "'", '(', '-', '+', '@', '0', 'a', '\u00e4'],
  ...['\u0301', '\u0316', '\u0f73', '\uff9e'],
];
const HEADS = ['', '1', 'x', 'a@b', '<a@b', '(1', '="', 'en-x-', '2020-01-01T'];
const TAILS = ['', '!1'];

/** Worst-case texts for a rule: repeats of every sign behind every beginning and before every end, and mixtures. */
export function* worstTexts(length: number): Generator<string> {
  for (const sign of SIGNS) {
    for (const head of HEADS) for (const tail of TAILS) yield framed(head, filled(sign, length), tail);
    yield framed('x', filled(sign, length / 2), filled('a', length / 2));
  }
  for (const one of PARTNERS) {
    for (const other of PARTNERS) {
      yield filled(one + other, length);
      yield framed('1', filled(one, length / 2) + filled(other, length / 2), 'x1');
    }
  }
  // Different numbers, words, labels and subtags: a cache of the last one does not help.
  for (const between of ['-', '_', '.', ' ', ',', '/', '|', '=']) {
    yield framed('en', counted(`${between}a`, length), '');
    yield framed('1', counted(between, length), 'x');
    yield framed('en-u', counted(`${between}aa-b`, length), '');
  }
}

/** The text in the name of a test or in a failure: its beginning, its end and its length. */
export const shown = (text: string): string =>
  `${JSON.stringify(text.slice(0, 16))}…${JSON.stringify(text.slice(-6))} (${text.length})`;

/** The same text, with its middle repeated this many times. */
export const stretched = (text: string, times: number): string => {
  const edge = 12;
  return text.slice(0, edge) + text.slice(edge, -edge).repeat(times) + text.slice(-edge);
};

const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const framed = (head: string, body: string, tail: string): string =>
  head + body.slice(0, body.length - head.length - tail.length) + tail;

const counted = (before: string, length: number): string => {
  let text = '';
  for (let number = 1000; text.length < length - before.length - 4; number++) text += before + number;
  return text;
};
