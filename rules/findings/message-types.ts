import type { CatalogueEntry } from './catalogue-entry.ts';
import type { FindingDetails } from './findings.ts';

/** The sentences of one code in one language. */
export type Texts<D> = Pick<CatalogueEntry<D>, 'message' | 'suggestion'>;

/** The sentences of all codes of a part of the catalogue. The compiler demands each code in every language. */
export type TextsOf<Part> = { [C in keyof Part & keyof FindingDetails]: Texts<FindingDetails[C]> };
