/** Languages, booleans, emails and what may stand in a text. */

const TRUE = ['true', '1', 'yes', 'ja', 'sant'];
const FALSE = ['false', '0', 'no', 'nej', 'falskt'];

export function readBoolean(cell: string): boolean | null {
  if (TRUE.includes(cell.toLowerCase())) return true;
  return FALSE.includes(cell.toLowerCase()) ? false : null;
}

/** The language of the list that a code means: its own, or that of its beginning; `no` is Bokmål. */
export function readLanguage(cell: string, languages: string[]): string | null {
  let code = cell.toLowerCase().replaceAll('_', '-');
  if (!/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/.test(code)) return null;
  for (;;) {
    if (languages.includes(code)) return code;
    if (code === 'no' && languages.includes('nb')) return 'nb';
    if (!code.includes('-')) return null;
    code = code.slice(0, code.lastIndexOf('-'));
  }
}

export function isEmail(cell: string): boolean {
  const parts = cell.split('@');
  const [local = '', domain = ''] = parts;
  if (parts.length !== 2 || local === '' || /[\s,;:<>()[\]"\\]/.test(cell)) return false;
  const labels = domain.split('.');
  return labels.every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label));
}

/** A long number that a spreadsheet program has shortened. */
export const isScientific = (cell: string): boolean => /^\d([.,]\d+)?e\+\d+$/i.test(cell);

/** What no text may hold: controls, but for line ends and tabs. */
export const hasControl = (cell: string): boolean =>
  [...cell].some((character) => {
    const code = character.charCodeAt(0);
    return (code < 0x20 && !'\t\n\r'.includes(character)) || (code >= 0x7f && code <= 0x9f);
  });

/** What cannot be seen: without width, or turning the direction of reading. */
export const hasInvisible = (cell: string): boolean =>
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/.test(cell);

/** The same in names, but for joiners between letters of Arabic script and in emoji. */
export const hasNeedlessInvisible = (cell: string): boolean =>
  hasInvisible(
    cell
      .replace(/(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu, '')
      .replace(/(?<=\p{Emoji_Presentation})\u200d(?=\p{Emoji_Presentation})/gu, ''),
  );

const NOTHING = ['-', '?', 'n/a', 'null', '#n/a', '#saknas!', '#nv', '#ref!', 'nan', '\\n'];
export const isPlaceholder = (cell: string): boolean => NOTHING.includes(cell.toLowerCase());

/** A text with the signs that web pages write as entities. */
export function withoutHtml(cell: string): string {
  const plain = cell
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll('&uuml;', 'ü')
    .replaceAll('&Ouml;', 'Ö')
    .replaceAll('&nbsp;', ' ');
  return plain === cell ? cell : withoutHtml(plain);
}
