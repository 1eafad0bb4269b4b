import type { Scope } from './findings.ts';

/** The texts of one code. Every text is whole without details, because old findings may lack some. */
export type CatalogueEntry<D> = {
  scope: Scope;
  /** Whether these details make the finding a warning. Only of codes that can be an error too. */
  isWarning?(details: D): boolean;
  /** One sentence: when the finding is added. */
  meaning: string;
  /** Says what is wrong. `value` is the cell as given. */
  message(details: D, value: string | null): string;
  /** Says how to mend it; for a warning, what to do if the result is not wanted. */
  suggestion(details: D, value: string | null): string;
  /** A cell, header or line that produces it. */
  example: string;
};

/** The value in quotes, or other words if there is no value. Line breaks become spaces, to keep one line. */
export const quoted = (value: string | null | undefined, otherwise: string): string =>
  value ? `"${value.replace(/[\r\n\t]+/g, ' ')}"` : otherwise;

/** A number with thousands separators: 1,000,000. */
export const grouped = (number: number, language = 'en'): string => new Intl.NumberFormat(language).format(number);

/** " on line 7"; empty if the line is not known. */
export const onLine = (line: number | undefined): string => (line === undefined ? '' : ` on line ${line}`);

/** `"Anna Berg" (anna@example.com), deleted on 2026-02-28`, as far as it is known. */
export const deletedUser = (
  { name, person, deletedOn }: { name?: string; person?: string; deletedOn?: string },
  words: { user: string; deletedOn: string },
): string => {
  const who = person && name ? `${quoted(name, '')} (${person})` : quoted(name ?? person, words.user);
  return deletedOn ? `${who}, ${words.deletedOn} ${deletedOn}` : who;
};

/** The API route that changes a user, for any organization. */
export const userRoute = (user: string | undefined, end = ''): string =>
  `/v1/organizations/{organizationId}/users/${user ?? '{userId}'}${end}`;

/** "the rows on lines 3 to 9 stand"; shorter if lines are not known. */
export const rowsOn = (first: number | undefined, last: number | undefined): string => {
  if (first === undefined || last === undefined) return 'rows below stand';
  return first === last ? `the row on line ${first} stands` : `the rows on lines ${first} to ${last} stand`;
};
