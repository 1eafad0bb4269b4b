import { excerpt } from './findings.ts';
import { cellText } from './formula-guard.ts';
import { MOST_CHARACTERS } from './lengths.ts';
import { isLongerThan, nameKey, tidyName, withoutInvisible } from './text.ts';

/** The columns of our own, by the names that templates write and findings use. */
export const OWN_HEADERS = {
  email: 'Email',
  externalId: 'External Id',
  firstName: 'First name',
  lastName: 'Last name',
  language: 'Language',
  participates: 'Participate in survey',
} as const;
export type OwnField = keyof typeof OWN_HEADERS;
export const OWN_FIELDS = Object.keys(OWN_HEADERS) as OwnField[];

/** What a backdate column's name ends in, after the name of the column it stands beside. */
export const BACKDATE_SUFFIX = ' backdate';
export const backdateHeader = (name: string): string => name + BACKDATE_SUFFIX;

/** The columns that an error log has after the original ones. */
export const ERROR_LOG_HEADERS = ['_line', '_severity', '_code', '_column', '_value', '_message'] as const;

/**
 * A header as it is compared: as all names, and the signs that a byte order mark leaves behind and characters that cannot
 * be seen do not count. A header that is longer than a name can be is compared as it stands: it names no column of ours.
 */
export const headerKey = (cell: string): string => {
  const text = cell.trim();
  return isLongerThan(text, LONGEST_HEADER) ? text : nameKey(withoutInvisible(text.replace(BOM_LEFTOVERS, '')));
};

/** As `headerKey`, of a header's cell as the file has it: with its guard, or as `="Email"`. */
export const headerKeyOf = (cell: string): string => headerKey(cellText(cell));

/** The longest attribute in decomposed letters, of which NFC makes one of four at most, and the end of a backdate. */
const LONGEST_HEADER = 4 * MOST_CHARACTERS.name + BACKDATE_SUFFIX.length;

/**
 * A header's cell as it is kept: whole if a column of ours can be named so, which has 200 characters and ` backdate` at
 * most; of a longer one the beginning. Outer spaces and runs of spaces do not count, as they do not for `headerKey`.
 */
export const keptHeader = (cell: string): string => {
  if (cell.length <= MOST_CHARACTERS.name) return cell;
  const tidy = tidyName(cell.trim()).replace(/ {2,}/g, ' ');
  return isLongerThan(tidy, backdateHeader('').length + MOST_CHARACTERS.name) ? excerpt(tidy) : tidy;
};

/** The own field that a header key names, in English or Swedish. */
export const ownFieldOf = (key: string): OwnField | undefined => LABELS.get(key);
/** Every label that names an own field, in English or Swedish: those that templates write first. */
export const ownLabels = (): [label: string, field: OwnField][] => [
  ...OWN_FIELDS.map((field) => [OWN_HEADERS[field], field] as [string, OwnField]),
  ...OWN_FIELDS.flatMap((field) => OTHER_LABELS[field].map((label) => [label, field] as [string, OwnField])),
];

/** Whether a header key names one of the two columns that tell people apart. */
export const isIdentityHeader = (key: string): boolean => {
  const field = ownFieldOf(key);
  return field === 'email' || field === 'externalId';
};

const BOM_LEFTOVERS = /^[\ufeff\ufffe]+|^\u00ef\u00bb\u00bf/;

const OTHER_LABELS: Record<OwnField, string[]> = {
  email: ['E-mail', 'E-post', 'Epost', 'E-postadress'],
  externalId: ['ExternalId', 'External_Id', 'Externt id', 'Externt-id'],
  firstName: ['Firstname', 'Förnamn'],
  lastName: ['Lastname', 'Efternamn'],
  language: ['Språk'],
  participates: ['Participates in survey', 'Deltar i undersökning', 'Delta i undersökning'],
};

const LABELS: ReadonlyMap<string, OwnField> = new Map(ownLabels().map(([label, field]) => [nameKey(label), field]));
