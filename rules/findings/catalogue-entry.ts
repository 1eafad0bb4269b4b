import type { Scope } from './findings.ts';

/** What there is to know of one code. Every text is whole without any details, as old findings may lack some. */
export type CatalogueEntry<D> = {
  scope: Scope;
  /** If the same is also said of what is applied: whether these details are of that kind, which is a warning. */
  isWarning?(details: D): boolean;
  /** One sentence: when it is said. */
  meaning: string;
  /** What is wrong. `value` is the cell as given. */
  message(details: D, value: string | null): string;
  /** How to mend it; for a warning, what to do if it was not meant. */
  suggestion(details: D, value: string | null): string;
  /** A cell, header or line that produces it. */
  example: string;
};

/** The value in quotes, or other words where there is none to show. Line breaks would tear the sentence. */
export const quoted = (value: string | null | undefined, otherwise: string): string =>
  value ? `"${value.replace(/[\r\n\t]+/g, ' ')}"` : otherwise;

/** A number as people write it: 1,000,000. */
export const grouped = (number: number, language = 'en'): string => new Intl.NumberFormat(language).format(number);

/** " on line 7", or nothing where the line is not known. */
export const onLine = (line: number | undefined): string => (line === undefined ? '' : ` on line ${line}`);

/** `"Anna Berg" (anna@example.com), deleted on 2026-02-28`, as far as it is known. */
export const deletedUser = (
  { name, person, deletedOn }: { name?: string; person?: string; deletedOn?: string },
  words: { user: string; deletedOn: string },
): string => {
  const who = person && name ? `${quoted(name, '')} (${person})` : quoted(name ?? person, words.user);
  return deletedOn ? `${who}, ${words.deletedOn} ${deletedOn}` : who;
};

/** The route by which the API changes a user, whatever the organization. */
export const userRoute = (user: string | undefined, end = ''): string =>
  `/v1/organizations/{organizationId}/users/${user ?? '{userId}'}${end}`;

/** "the rows on lines 3 to 9 stand", as far as the lines are known. */
export const rowsOn = (first: number | undefined, last: number | undefined): string => {
  if (first === undefined || last === undefined) return 'rows below stand';
  return first === last ? `the row on line ${first} stands` : `the rows on lines ${first} to ${last} stand`;
};
