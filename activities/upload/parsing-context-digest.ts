import { hash } from 'node:crypto';
import type { FileFormat } from '../../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import type { Columns } from '../../rules/columns/headers.ts';
import type { RowContext } from '../../rules/rows/parsed-row.ts';
import type { ColumnFormat } from '../../rules/values/column-format.ts';
import { SOURCE_DIGEST } from './source-digest.ts';

/** All that decides how the bytes of a row are parsed. */
export type ParsingInputs = {
  reading: FileFormat;
  columns: Columns;
  context: Pick<RowContext, 'languages' | 'limits' | 'ranges' | 'today'>;
  vocabularyRevision: number;
};

/** A digest of the parsing context. It is equal for two files only if the same bytes mean the same in both. */
export function digestOfParsingContext(
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
