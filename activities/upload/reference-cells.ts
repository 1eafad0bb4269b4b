import { createTimeSlice } from '../../csv/time-slice.ts';
import type { FileFormat, StoredFileFormat } from '../../csv/user-file/file-format.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { excerpt } from '../../rules/findings/findings.ts';
import { createReferenceParser } from '../../rules/rows/parse-identity.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { matchUploadHeader } from './inspect-upload.ts';
import { openUpload } from './read-upload.ts';

/** Line → attribute id → the reference as the file spells it. */
export type ReferenceCells = Map<number, Record<string, string>>;

/**
 * Reads the references of some rows from the file, for the messages that refuse these rows. Keeping all references of a
 * file for the few that are needed would cost too much memory. Reads nothing if no row is given.
 */
export async function readReferenceCells(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  lines: ReadonlySet<number>,
): Promise<ReferenceCells> {
  const given: ReferenceCells = new Map();
  if (lines.size === 0) return given;
  const reading = edit.reading as StoredFileFormat as FileFormat;
  const { columns } = await matchUploadHeader(deps, edit, reading);
  if (!columns) throw new Error('The header could be read before');
  const namesIn = createReferenceParser(columns, deps.limits);
  const slice = createTimeSlice();
  const wanted = { onLine: (line: number) => lines.has(line) };
  for await (const rows of readRows(openUpload(deps, edit)(), reading, deps.limits, wanted)) {
    for (const row of rows) {
      given.set(row.line, namesIn(row));
      if (slice.isOver()) await slice.yieldToOthers();
    }
  }
  return given;
}

/** The start of the text in a cell that references a user; null if the row has no such cell. */
export const excerptOf = (given: ReferenceCells, line: number, key: number | string): string | null => {
  const name = given.get(line)?.[key];
  return name === undefined ? null : excerpt(name);
};
