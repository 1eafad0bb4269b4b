import { toNfc } from './text.ts';

/**
 * Decodes the HTML entities of a text: `O&#39;Brien` → `O'Brien`, `M&uuml;ller` → `Müller`, also if it was encoded more than
 * once (`R&amp;amp;D`). Null if the text has no entity.
 */
export const withoutEntities = (text: string): string | null => {
  let plain = text;
  for (let times = 0; times < MOST_TIMES; times++) {
    const before = plain;
    if (!plain.includes('&')) break;
    plain = plain.replace(ENTITY, (entity, code: string) => characterOf(code) ?? entity);
    if (plain === before) break;
  }
  const tidy = toNfc(plain).trim();
  return plain === text || tidy === '' ? null : tidy;
};

/** Several systems may escape a text in turn. No text is known that was escaped four times. */
const MOST_TIMES = 4;
/** The longest entity here is `&thetasym;`, and a code point has seven digits. */
const ENTITY = /&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,9});/g;

const characterOf = (code: string): string | undefined => {
  if (!code.startsWith('#')) return NAMED.get(code) ?? composed(code);
  const isHex = code.charAt(1).toLowerCase() === 'x';
  const point = Number.parseInt(code.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  // Browsers read codes of control characters as Windows-1252 (HTML, numeric character reference end state).
  if (point >= 0x80 && point < 0xa0) return WINDOWS_1252.decode(Uint8Array.of(point));
  const isText = point === 0x09 || point === 0x0a || point === 0x0d || (point >= 0x20 && point !== 0x7f);
  const isCharacter = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) && point !== 0xfffd;
  return isText && isCharacter ? String.fromCodePoint(point) : undefined;
};
const WINDOWS_1252 = new TextDecoder('windows-1252');

/** A letter and the name of its mark, as in `&eacute;`, `&Scaron;`. HTML names each composed letter of Unicode. */
const composed = (code: string): string | undefined => {
  const mark = MARKS.get(code.slice(1));
  const letter = mark && (code.charAt(0) + mark).normalize('NFC');
  return letter?.length === 1 ? letter : undefined;
};
const MARKS: ReadonlyMap<string, string> = new Map([
  ...([
    ['grave', '\u0300'],
    ['acute', '\u0301'],
    ['circ', '\u0302'],
    ['tilde', '\u0303'],
    ['macr', '\u0304'],
  ] as const),
  ...([
    ['breve', '\u0306'],
    ['dot', '\u0307'],
    ['uml', '\u0308'],
    ['ring', '\u030a'],
    ['dblac', '\u030b'],
  ] as const),
  ...([
    ['caron', '\u030c'],
    ['cedil', '\u0327'],
    ['ogon', '\u0328'],
  ] as const),
]);

/** The named HTML entities for Latin-1 symbols, typography and letters without a mark. */
const NAMED: ReadonlyMap<string, string> = new Map(
  [
    ...['amp &', 'AMP &', 'lt <', 'LT <', 'gt >', 'GT >', 'quot "', 'QUOT "', "apos '", 'nbsp \u00a0', 'shy \u00ad'],
    ...['iexcl ¡', 'cent ¢', 'pound £', 'curren ¤', 'yen ¥', 'brvbar ¦', 'sect §', 'uml ¨', 'copy ©', 'ordf ª'],
    ...['laquo «', 'not ¬', 'reg ®', 'macr ¯', 'deg °', 'plusmn ±', 'sup1 ¹', 'sup2 ²', 'sup3 ³', 'acute ´', 'micro µ'],
    ...['para ¶', 'middot ·', 'cedil ¸', 'ordm º', 'raquo »', 'frac14 ¼', 'frac12 ½', 'frac34 ¾', 'iquest ¿'],
    ...['times ×', 'divide ÷', 'AElig Æ', 'aelig æ', 'Oslash Ø', 'oslash ø', 'szlig ß', 'ETH Ð', 'eth ð', 'THORN Þ'],
    ...['thorn þ', 'OElig Œ', 'oelig œ', 'Lstrok Ł', 'lstrok ł', 'Dstrok Đ', 'dstrok đ', 'Hstrok Ħ', 'hstrok ħ'],
    ...[
      'Tstrok Ŧ',
      'tstrok ŧ',
      'imath ı',
      'inodot ı',
      'ndash –',
      'mdash —',
      'lsquo ‘',
      'rsquo ’',
      'sbquo ‚',
      'ldquo “',
    ],
    ...['rdquo ”', 'bdquo „', 'hellip …', 'bull •', 'prime ′', 'lsaquo ‹', 'rsaquo ›', 'euro €', 'trade ™', 'hyphen ‐'],
    ...[
      'num #',
      'excl !',
      'percnt %',
      'lpar (',
      'rpar )',
      'plus +',
      'comma ,',
      'period .',
      'sol /',
      'colon :',
      'semi ;',
    ],
    ...['commat @', 'lowbar _', 'Tab \t'],
  ].map((entity) => {
    const at = entity.indexOf(' ');
    return [entity.slice(0, at), entity.slice(at + 1)] as const;
  }),
);
