/** Languages, booleans, emails, and the characters a text may have. */

const TRUE =
  '1 1.0 1,0 true yes ja sant sand sann tosi kylla wahr vrai oui verdadero vero si waar prawda tak verdadeiro sim';
const FALSE =
  '0 0.0 0,0 false no nej nei nee nein nao nie non ei falskt falsk usann epatosi falsch faux falso onwaar falsz';

/** Letters without case and accents. The Polish ł stays a letter of its own. */
const plain = (cell: string): string =>
  cell
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ł', 'l');

export function readBoolean(cell: string): boolean | null {
  if (TRUE.split(' ').includes(plain(cell))) return true;
  return FALSE.split(' ').includes(plain(cell)) ? false : null;
}

/** In the language itself, in English, Swedish and German. */
const LANGUAGE_NAMES: Record<string, string> = {
  en: 'english engelska englisch',
  sv: 'svenska swedish schwedisch',
  da: 'dansk danish danska danisch',
  nb: 'norsk norwegian norska norwegisch',
  fi: 'suomi finnish finska finnisch',
  de: 'deutsch german tyska',
  fr: 'francais french franska franzosisch',
  es: 'espanol spanish spanska spanisch',
  it: 'italiano italian italienska italienisch',
  nl: 'nederlands dutch nederlandska niederlandisch',
  pl: 'polski polish polska polnisch',
  pt: 'portugues portuguese portugisiska portugiesisch',
};

/** The language that a name or code means: the same code, or its first part. `no` is Bokmål. */
export function readLanguage(cell: string, languages: string[]): string | null {
  for (const [code, names] of Object.entries(LANGUAGE_NAMES))
    if (names.split(' ').includes(plain(cell))) return languages.includes(code) ? code : null;
  let code = cell
    .toLowerCase()
    .replace(/\.utf-8$/, '')
    .replaceAll('_', '-');
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
  if (parts.length !== 2 || local === '' || /[\s,;:<>()[\]"\\]|^'|%[0-9a-f]{2}/i.test(cell)) return false;
  const labels = domain.split('.');
  return labels.length > 1 && labels.every((label) => /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label));
}

/** The address in an invalid cell, for the decorations of the random files. */
export function meantEmail(cell: string): string | null {
  for (const decoration of [/^[^<>]*<([^<>]+)>$/, /^mailto:(.+)$/, /^'(.+)$/, /^(.+) \(work\)$/, /^(.+)$/]) {
    const inner = decoration.exec(withoutInvisible(cell).replace('%40', '@'))?.[1];
    if (inner !== undefined && isEmail(inner)) return inner;
  }
  return null;
}

/** A placeholder in a column that should name a user. */
export const isNoIdentity = (cell: string): boolean => isPlaceholder(cell) || cell.toLowerCase() === 'none';

/** A long number that a spreadsheet has shortened. */
export const isScientific = (cell: string): boolean => /^\d([.,]\d+e[+-]?|e\+)\d+$/i.test(cell);

/** Control characters other than line ends and tabs. */
export const hasControl = (cell: string): boolean =>
  [...cell].some((character) => {
    const code = character.charCodeAt(0);
    return (code < 0x20 && !'\t\n\r'.includes(character)) || (code >= 0x7f && code <= 0x9f);
  });

/** Invisible characters: without width, or changing the direction of text. */
export const hasInvisible = (cell: string): boolean =>
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/.test(cell);

export const withoutInvisible = (cell: string): string =>
  cell.replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g, '');

/** The same for names, except joiners between Arabic letters and in emoji. */
export const hasNeedlessInvisible = (cell: string): boolean =>
  hasInvisible(
    cell
      .replace(/(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu, '')
      .replace(/(?<=\p{Emoji_Presentation})\u200d(?=\p{Emoji_Presentation})/gu, ''),
  );

const NOTHING = ['-', '?', 'n/a', 'null', '#n/a', '#saknas!', '#nv', '#ref!', 'nan', '\\n', '&nbsp;'];
export const isPlaceholder = (cell: string): boolean => NOTHING.includes(cell.toLowerCase());

/** Replaces the HTML entities of a text by their characters. */
export function withoutHtml(cell: string): string {
  const plain = cell
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll('&uuml;', 'ü')
    .replaceAll('&Ouml;', 'Ö')
    .replaceAll('&nbsp;', ' ');
  return plain === cell ? cell : withoutHtml(plain);
}
