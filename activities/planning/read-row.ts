import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { WholeIdentities } from '../../rules/rows/row-facts.ts';

/** A row that was read, by its place in the file; `wholeIdentities`: who has an identity of it whole, of which it lacks letters. */
export type ReadRow = { place: number; parsed: ParsedRow; wholeIdentities: WholeIdentities | null };
