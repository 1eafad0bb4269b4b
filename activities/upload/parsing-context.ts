import { hash } from 'node:crypto';
import type { FileFormat } from '../../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import { vocabularyRevision } from '../../db/plan/baseline-rows.ts';
import { ranges } from '../../db/plan/upload-queries.ts';
import type { Columns } from '../../rules/columns/headers.ts';
import type { RowContext } from '../../rules/rows/parsed-row.ts';
import type { ColumnFormat } from '../../rules/values/column-format.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { matchUploadHeader } from './inspect-upload.ts';
import type { ReadableFile } from './read-upload.ts';
import { SOURCE_DIGEST } from './source-digest.ts';

/** A file with everything that parsing its rows needs, except the segment names. `digest` identifies this context. */
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
    ranges: Map.groupBy(
      await inOrganization(deps.db, edit.organizationId, (tx) => ranges(tx, edit)),
      ({ attributeId }) => attributeId,
    ),
    formats: reading.formats,
  };
  const digest = digestOfParsingContext(edit, { reading, columns, context, vocabularyRevision: revision });
  return { reading, columns, context, digest };
}

/** All that decides how the bytes of a row are parsed. */
type ParsingInputs = {
  reading: FileFormat;
  columns: Columns;
  context: Pick<RowContext, 'languages' | 'limits' | 'ranges' | 'today'>;
  vocabularyRevision: number;
};

/** A digest of the parsing context. It is equal for two files only if the same bytes mean the same in both. */
function digestOfParsingContext(
  edit: ClaimedMassEdit,
  { reading, columns, context, vocabularyRevision }: ParsingInputs,
): string {
  const { languages, limits, ranges, today } = context;
  const columnsWithFormats = columns.list.map((column) => [column, withoutProofs(reading.formats[column.index])]);
  const dates = columns.list
    .filter(({ kind }) => kind === 'dates')
    .flatMap(({ attributeId }) => ranges.get(attributeId) ?? []);
  const agesMatter = dates.some(({ lowerNumber, upperNumber }) => lowerNumber !== null || upperNumber !== null);
  return hash(
    'sha256',
    JSON.stringify({
      program: SOURCE_DIGEST,
      width: columns.width,
      columnsWithFormats,
      delimiter: reading.delimiter,
      ending: reading.ending,
      resetEmptyFields: edit.resetEmptyFields,
      languages,
      limits,
      vocabularyRevision,
      // Ranges of whole years up to today can put a user into another segment tomorrow.
      today: agesMatter ? today : null,
    }),
  );
}

/** The format of a column without the cells that prove it, because those differ from file to file. */
const withoutProofs = (format: ColumnFormat | undefined) =>
  format && {
    dates: [format.dates.order, format.dates.yearFirst !== null],
    numbers: [format.numbers.comma, format.numbers.pointGroups !== null],
    lettersLost: format.lettersLost,
  };
