import type { Reading } from '../csv/reading.ts';
import { inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { vocabularyRevision } from '../db/known-rows.ts';
import { columnsOf, rangesOf, type ToRead } from './file-input.ts';
import type { StageDeps } from './in-chunks.ts';
import { digestOfContext } from './row-context.ts';
import type { RowContext } from './rules/row-draft.ts';

/** A file with all that its rows are read by, but for the names of segments; `digest` is equal where that is the same. */
export type OpenRows = ToRead & { context: Omit<RowContext, 'choices'>; digest: string };

/** Opens a file whose header could be read. */
export async function openRows(deps: StageDeps, edit: ClaimedEdit, reading: Reading): Promise<OpenRows> {
  // Before anything else is read: what moves from now on moves this number too.
  const revision = await inOrganization(deps.db, edit.organizationId, (tx) => vocabularyRevision(tx, edit));
  const { columns } = await columnsOf(deps, edit, reading);
  if (!columns) throw new Error('The header could be read before');
  const context = {
    resetEmptyFields: edit.resetEmptyFields,
    languages: deps.languages,
    today: edit.today,
    timeZone: edit.timeZone,
    limits: deps.limits,
    ranges: await rangesOf(deps, edit),
    formats: reading.formats,
  };
  const digest = digestOfContext(edit, { reading, columns, context, vocabularyRevision: revision });
  return { reading, columns, context, digest };
}
