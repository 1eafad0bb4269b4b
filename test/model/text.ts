/** How texts are compared and shown. */

const OUTER = ' \t\r\n\u00a0';

export function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && OUTER.includes(text.charAt(from))) from++;
  while (to > from && OUTER.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Emails and external ids, without case and outer spaces. */
export const sameIdentity = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && trim(one).toLowerCase() === trim(other).toLowerCase();

/**
 * The comparison key for names of attributes, segments and headers, whatever program wrote them. Works character by
 * character, so that no letter depends on its neighbours: compatibility form, no case, keyboard characters.
 */
export const nameKey = (name: string): string =>
  [...trim(name).replaceAll('´', "'").normalize('NFKC')]
    .map((character) => SIGNS[character] ?? character.toLowerCase().toUpperCase().toLowerCase())
    .join('')
    .replaceAll('i\u0307', 'i')
    .normalize('NFKC')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');

const SIGNS: Record<string, string> = {
  ...Object.fromEntries([...'‘’‚‛ʼ'].map((quote) => [quote, "'"])),
  ...Object.fromEntries([...'“”„‟'].map((quote) => [quote, '"'])),
  ...Object.fromEntries([...'‐‑‒–—―−'].map((dash) => [dash, '-'])),
};

/** Headers also without invisible characters. */
export const headerKey = (cell: string): string => nameKey(cell.replaceAll(/[\u00ad\u200b\u2060\ufeff]/g, ''));

/** The text of a cell: `="x"` is x, with doubled quotes inside; otherwise the text without its guard. */
export function saidIn(cell: string): string {
  const given = trim(cell);
  return isFormula(given) ? given.slice(2, -1).replaceAll('""', '"') : withoutGuard(given);
}

/** `="x"`, with doubled quotes inside. */
export function isFormula(cell: string): boolean {
  const given = trim(cell);
  if (!given.startsWith('="') || !given.endsWith('"') || given.length < 3) return false;
  return !given.slice(2, -1).replaceAll('""', '').includes('"');
}

/** A text without its formula guards, at the beginning and after separators. */
export function withoutGuard(text: string): string {
  let left = '';
  let at = 0;
  while (at < text.length) {
    // Here begins the text, or the part after a separator.
    const gap = at === 0 ? 0 : spaceAt(text, at);
    left += text.slice(at, at + gap);
    at += gap;
    let quotes = 0;
    while (text.charAt(at + quotes) === "'") quotes++;
    const next = text.charAt(at + quotes);
    const isGuarded = quotes > 0 && next !== '' && (at - gap === 0 ? `${FORMULA}\t\r\n` : FORMULA).includes(next);
    left += "'".repeat(isGuarded ? quotes - 1 : quotes);
    at += quotes;
    const end = endOfPart(text, at);
    left += text.slice(at, end);
    at = end;
  }
  return left;
}

/** As templates write a text. */
export const withGuard = (text: string): string =>
  text.replace(/([,;\t\r\n][ "\u00a0]*)('*[=+\-@＝＋－＠])/g, "$1'$2").replace(/^('*[=+\-@＝＋－＠\t\r\n])/, "'$1");

const FORMULA = '=+-@＝＋－＠';
const spaceAt = (text: string, at: number): number => {
  let length = 0;
  while ([' ', '"', '\u00a0'].includes(text.charAt(at + length))) length++;
  return length;
};
/** After the next separator, or the end. */
const endOfPart = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) if (',;\t\r\n'.includes(text.charAt(at))) return at + 1;
  return text.length;
};
