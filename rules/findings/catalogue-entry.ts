/** The scope of an error: the whole file, the row, or the cell alone. A warning refuses nothing. */
export type Scope = 'file' | 'row' | 'cell' | 'warning';

/** One code, with the details `D` that it stores. Every text is whole without details, because old findings may lack some. */
export type CatalogueEntry<D> = {
  scope: Scope;
  /** Whether these details make the finding a warning. Only of codes that can be an error too. */
  isWarning?(details: D): boolean;
  /** Names the kind of finding, in a few words and without a full stop. */
  title: string;
  /** One sentence: when the finding is added. */
  meaning: string;
  /** Says what is wrong. `value` is the cell as given. */
  message(details: D, value: string | null): string;
  /** Says how to mend it; for a warning, what to do if the result is not wanted. */
  suggestion(details: D, value: string | null): string;
  /** A cell, header or line that produces it. */
  example: string;
  /**
   * Cells with the details that they would store, from which the documentation makes its sentences. More than one if
   * the sentence changes with the details; absent if there is neither a cell nor a detail to show.
   */
  samples?: readonly (readonly [value: string | null, details?: D])[];
};

/** An entry of the catalogue. The type of its details holds wherever such a finding is made or described. */
export const entry = <D = Record<string, never>>(texts: CatalogueEntry<D>): CatalogueEntry<D> => texts;

/** The details of each code of a part of the catalogue. */
export type DetailsIn<Part> = { [C in keyof Part]: Part[C] extends CatalogueEntry<infer D> ? D : never };
/** The texts of one code in one language. */
export type Texts<D> = Pick<CatalogueEntry<D>, 'title' | 'message' | 'suggestion'>;
/** The texts of a part of the catalogue in one language. The compiler demands each code. */
export type TextsOf<Part> = { [C in keyof Part]: Texts<DetailsIn<Part>[C]> };

/** The value in quotes, or other words if there is no value. Line breaks become spaces, to keep one line. */
export const quoted = (value: string | null | undefined, otherwise: string): string =>
  value ? `"${value.replace(/[\r\n\t]+/g, ' ')}"` : otherwise;

/** A number with thousands separators: 1,000,000. */
export const grouped = (number: number, language = 'en'): string => new Intl.NumberFormat(language).format(number);

/** " on line 7"; empty if the line is not known. */
export const onLine = (line: number | undefined): string => (line === undefined ? '' : ` on line ${line}`);

/** `"Anna Berg" (anna@example.com), deleted on 2026-02-28`, with the parts that are known. */
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
