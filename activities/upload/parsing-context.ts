import type { FileFormat } from '../../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import { vocabularyRevision } from '../../db/plan/baseline-rows.ts';
import { ranges } from '../../db/plan/upload-queries.ts';
import type { RowContext } from '../../rules/rows/parsed-row.ts';
import type { Range } from '../../rules/values/ranges.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { matchUploadHeader } from './inspect-upload.ts';
import { digestOfParsingContext } from './parsing-context-digest.ts';
import type { ReadableFile } from './read-upload.ts';

/** A file with all that parsing its rows needs, except the segment names. `digest` identifies this context. */
export type ParsingContext = ReadableFile & { context: Omit<RowContext, 'segments'>; digest: string };

/**
 * Loads what parsing the rows of a file needs. Gives the same digest if it runs twice, unless the organization, the
 * limits or the program have changed.
 *
 * @param reading the detected format of the file
 */
export async function loadParsingContext(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  reading: FileFormat,
): Promise<ParsingContext> {
  // Read before anything else: a later change increases this number.
  const revision = await inOrganization(deps.db, edit.organizationId, (tx) => vocabularyRevision(tx, edit));
  const { columns } = await matchUploadHeader(deps, edit, reading);
  if (!columns) throw new Error('The header could be read before');
  const context = {
    resetEmptyFields: edit.resetEmptyFields,
    languages: deps.languages,
    today: edit.today,
    timeZone: edit.timeZone,
    limits: deps.limits,
    ranges: await loadRanges(deps, edit),
    formats: reading.formats,
  };
  const digest = digestOfParsingContext(edit, { reading, columns, context, vocabularyRevision: revision });
  return { reading, columns, context, digest };
}

/** The ranges of dates and numbers attributes, by attribute. */
async function loadRanges(deps: StageDeps, edit: ClaimedMassEdit): Promise<Map<number, Range[]>> {
  const rows = await inOrganization(deps.db, edit.organizationId, (tx) => ranges(tx, edit));
  return Map.groupBy(rows, (row) => row.attributeId);
}
