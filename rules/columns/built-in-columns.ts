import { excerpt } from '../findings/findings.ts';
import { cellText } from '../values/formula-guard.ts';
import { MOST_CHARACTERS } from '../values/lengths.ts';
import { INVISIBLE, isLongerThan, nameKey, tidyName, withoutInvisible } from '../values/text.ts';

/** The built-in columns, by the names in templates and findings. */
export const BUILT_IN_HEADERS = {
  email: 'Email',
  externalId: 'External Id',
  firstName: 'First name',
  lastName: 'Last name',
  language: 'Language',
  participates: 'Participate in survey',
} as const;
export type UserField = keyof typeof BUILT_IN_HEADERS;
export const USER_FIELDS = Object.keys(BUILT_IN_HEADERS) as UserField[];

/** The end of a backdate column's name, after the name of its value column. */
export const BACKDATE_SUFFIX = ' backdate';
/** The header of the backdate column of a column. */
export const backdateHeader = (name: string): string => name + BACKDATE_SUFFIX;

/** The columns of an error log after the original columns. */
export const ERROR_LOG_HEADERS = ['_line', '_severity', '_code', '_column', '_value', '_message'] as const;

/**
 * The form in which headers are compared: `nameKey`, without invisible characters and without the rest of a byte order
 * mark. A header longer than any name is compared as it stands, because it is no known column.
 */
export const headerKey = (cell: string): string => {
  const text = withoutUnseen(cell);
  return isLongerThan(text, LONGEST_HEADER) ? text : nameKey(withoutInvisible(text));
};

/** Like `headerKey`, for a header cell as it stands in the file: with its guard, or as `="Email"`. */
export const headerKeyOf = (cell: string): string => headerKey(cellText(cell));

/** The key of a header below another header. A byte order mark before a quote makes the quotes literal. */
export const repeatedHeaderKey = (cell: string): string => {
  const text = withoutUnseen(cellText(cell));
  return headerKey(text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text);
};

/**
 * Whether a line has the cells of the header, or their labels (`First Name` below `FIRSTNAME`). Columns without a name or
 * with `_` in front do not count.
 */
export const isRepeatedHeader = (cells: readonly string[], keys: readonly string[]): boolean => {
  if (cells.some((cell, index) => index >= keys.length && withoutUnseen(cell) !== '')) return false;
  const again = keys.map((_, index) => repeatedHeaderKey(cells[index] ?? ''));
  return keys.every((key, index) => key.startsWith('_') || again[index] === key) || areLabels(again, keys);
};

/** Whether most columns, and each identity column, have the letters of the header, some of them in another spelling. */
const areLabels = (labels: readonly string[], keys: readonly string[]): boolean => {
  const alike = [...keys.keys()].filter((index) => lettersOf(labels[index] ?? '') === lettersOf(keys[index] ?? ''));
  if (alike.length * 2 <= keys.length) return false;
  if (keys.some((key, index) => isIdentityHeader(key) && labels[index] !== key)) return false;
  return alike.filter((index) => labels[index] !== keys[index]).length >= ENOUGH_LABELS;
};
const lettersOf = (key: string): string => key.replaceAll(/[ _-]/g, '');
/** One or two columns of another joined file may look like this by chance. */
const ENOUGH_LABELS = 3;

/** A text without outer spaces, invisible characters and byte order marks (also one read as Windows-1252). */
const withoutUnseen = (cell: string): string => {
  const text = cell.trim();
  if (!UNSEEN.test(text.charAt(0)) && !UNSEEN.test(text.charAt(text.length - 1)) && !text.startsWith(BOM_AS_WESTERN))
    return text;
  let start = 0;
  let end = text.length;
  for (;;) {
    if (text.startsWith(BOM_AS_WESTERN, start)) start += BOM_AS_WESTERN.length;
    else if (start < end && UNSEEN.test(text.charAt(start))) start++;
    else break;
  }
  while (end > start && UNSEEN.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
};

/** Old systems end a file with U+001A; joined files have it before the next header. */
const UNSEEN = new RegExp(`[\\s\\u001a\\ufffe${INVISIBLE}]`);
const BOM_AS_WESTERN = '\u00ef\u00bb\u00bf';

/** The longest attribute name in decomposed letters (NFC joins four at most), and the suffix of a backdate. */
const LONGEST_HEADER = 4 * MOST_CHARACTERS.name + BACKDATE_SUFFIX.length;

/**
 * A header cell as it is stored. A header that can be a known column is stored whole: that is 200 characters and
 * ` backdate` at most. A longer header is cut. Outer spaces and runs of spaces do not count, as in `headerKey`.
 */
export const storedHeader = (cell: string): string => {
  if (cell.length <= MOST_CHARACTERS.name) return cell;
  const tidy = tidyName(cell.trim()).replace(/ {2,}/g, ' ');
  return isLongerThan(tidy, backdateHeader('').length + MOST_CHARACTERS.name) ? excerpt(tidy) : tidy;
};

/** The built-in field that a header key names, in English or Swedish. */
export const userFieldOf = (key: string): UserField | undefined => LABELS.get(key);
/** Every label of a built-in field, in English or Swedish: first the labels in templates. */
export const userFieldLabels = (): [label: string, field: UserField][] => [
  ...USER_FIELDS.map((field) => [BUILT_IN_HEADERS[field], field] as [string, UserField]),
  ...USER_FIELDS.flatMap((field) => OTHER_LABELS[field].map((label) => [label, field] as [string, UserField])),
];

/** Whether a header key names one of the two identity columns. */
export const isIdentityHeader = (key: string): boolean => {
  const field = userFieldOf(key);
  return field === 'email' || field === 'externalId';
};

const OTHER_LABELS: Record<UserField, string[]> = {
  email: ['E-mail', 'E-post', 'Epost', 'E-postadress'],
  externalId: ['ExternalId', 'External_Id', 'Externt id', 'Externt-id'],
  firstName: ['Firstname', 'Förnamn'],
  lastName: ['Lastname', 'Efternamn'],
  language: ['Språk'],
  participates: ['Participates in survey', 'Deltar i undersökning', 'Delta i undersökning'],
};

const LABELS: ReadonlyMap<string, UserField> = new Map(
  userFieldLabels().map(([label, field]) => [nameKey(label), field]),
);

/**
 * Whether a cell may be the name of an identity column, by its first three letters. A quick test, made for every row.
 * With two letters, `E-0042` would look like `E-mail` and Emma like `Email`. A file with such rows would take twice as
 * long to inspect.
 */
export const mayBeIdentityHeader = (cell: string): boolean => {
  const first = cell.charCodeAt(0);
  // Any character except a letter or digit may stand before a name; = begins `="Email"`.
  if (first < 0x2b || first > 0x7f || first === 0x3d) return true;
  // An array: a set would take a tenth of the time of the whole record.
  if (FIRST_LETTERS[first | 0x20] !== 1) return false;
  const [second, third] = [cell.charCodeAt(1), cell.charCodeAt(2)];
  // A character that the key leaves out may stand inside the name.
  return second > 0x7f || third > 0x7f || BEGINNINGS.has(beginning(first, second, third));
};

/** Three letters as one number, without case. */
const beginning = (first: number, second: number, third: number): number =>
  ((first | 0x20) << 16) | ((second | 0x20) << 8) | (third | 0x20);

const BEGINNINGS: ReadonlySet<number> = new Set(
  [...LABELS.keys()]
    .filter(isIdentityHeader)
    .map((label) => beginning(label.charCodeAt(0), label.charCodeAt(1), label.charCodeAt(2))),
);

const FIRST_LETTERS = new Uint8Array(0x80);
for (const letters of BEGINNINGS) FIRST_LETTERS[letters >> 16] = 1;
