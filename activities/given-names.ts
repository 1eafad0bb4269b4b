import { readRows } from '../csv/read-rows.ts';
import type { KeptReading, Reading } from '../csv/reading.ts';
import { takeTurns } from '../csv/turns.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { columnsOf, openUpload } from './file-input.ts';
import type { StageDeps } from './in-chunks.ts';
import { namesReader } from './rules/read-identity.ts';

/** Line → attribute id → whom the row names there, as the file spells it. */
export type GivenNames = Map<number, Record<string, string>>;

/**
 * Reads in the file whom some rows name, for the words in which they are refused: nobody keeps all names of a file for the
 * few that are asked for. Reads nothing where no row is asked for.
 */
export async function namesGiven(deps: StageDeps, edit: ClaimedEdit, lines: ReadonlySet<number>): Promise<GivenNames> {
  const given: GivenNames = new Map();
  if (lines.size === 0) return given;
  const reading = edit.reading as KeptReading as Reading;
  const { columns } = await columnsOf(deps, edit, reading);
  if (!columns) throw new Error('The header could be read before');
  const namesIn = namesReader(columns, deps.limits);
  const turns = takeTurns();
  const wanted = { onLine: (line: number) => lines.has(line) };
  for await (const rows of readRows(openUpload(deps, edit)(), reading, deps.limits, wanted)) {
    for (const row of rows) {
      given.set(row.line, namesIn(row));
      if (turns.isOver()) await turns.next();
    }
  }
  return given;
}
