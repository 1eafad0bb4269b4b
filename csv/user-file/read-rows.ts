import { rowShape } from '../../rules/rows/inner-rows.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { ReadLimits } from '../dialect.ts';
import { toUtf8 } from '../encoding/to-utf8.ts';
import { isBlank, type RecordFilter, readRecords } from '../records/read-records.ts';
import type { FileFormat } from './file-format.ts';

/**
 * Reads the rows of an inspected file, in file order, in batches of about a thousand (at most MAX_BATCH; fewer if rows
 * are long). The header, a `sep=` line and blank lines are no rows. Memory use is constant for any file size.
 *
 * @param bytes the same bytes that were inspected, from their beginning
 * @param wanted which rows, and what of them; `ourColumns`: indexes of the known columns (all by default). A row with
 *   no filled cell in them counts as blank, unless it has rows inside a cell.
 * @throws if the bytes do not fit `reading`
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  reading: FileFormat,
  limits: ReadLimits,
  { ourColumns, ...wanted }: { ourColumns?: readonly number[] } & RecordFilter = {},
): AsyncGenerator<FileRow[]> {
  const pieces = toUtf8(bytes, reading.encoding, reading.hadBom);
  const { delimiter, header, headerLine, ending = '' } = reading;
  const shape = rowShape(header, delimiter, ending);
  for await (const records of readRecords(pieces, delimiter, limits, {
    ...wanted,
    shape,
    trailingDelimiters: { text: ending },
  })) {
    const rows = records.filter(
      ({ line, cells, baselineRow, inner }) =>
        line > headerLine && !(ourColumns && baselineRow === undefined && !inner?.first && isBlank(cells, ourColumns)),
    );
    for (let start = 0; start < rows.length; start += MAX_BATCH) yield rows.slice(start, start + MAX_BATCH);
  }
}

/** One piece of the file can have ten thousand short rows; as parsed rows they would be many megabytes. */
const MAX_BATCH = 2000;
