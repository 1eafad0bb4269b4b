import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { WholeIdentities } from '../../rules/rows/row-facts.ts';

/**
 * A parsed row with its index in the file. `wholeIdentities`: users with the complete form of its identities that have
 * lost letters.
 */
export type ReadRow = { place: number; parsed: ParsedRow; wholeIdentities: WholeIdentities | null };
