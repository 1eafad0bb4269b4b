import { headerKeyOf } from '../../rules/columns/built-in-columns.ts';
import { NOT_LISTED_CODE } from '../../rules/findings/not-listed.ts';
import { cellText } from '../../rules/values/formula-guard.ts';
import type { ReadLimits } from '../dialect.ts';
import { createTimeSlice } from '../time-slice.ts';
import type { FileFormat, OpenFile } from './file-format.ts';
import { readRows } from './read-rows.ts';

/**
 * Reads line and code of each finding from the first rows of an error log, and no further. Rows that were added to the log,
 * and files that are no error log, yield nothing.
 */
export const readErrorLogOrigin = async (
  open: OpenFile,
  reading: FileFormat,
  limits: ReadLimits,
): Promise<{ line: number | null; code: string }[]> => {
  const keys = reading.header.map(headerKeyOf);
  const [lineAt, codeAt] = [keys.indexOf('_line'), keys.indexOf('_code')];
  if (codeAt < 0) return [];
  const slice = createTimeSlice();
  const places: { line: number | null; code: string }[] = [];
  for await (const rows of readRows(open(), reading, limits)) {
    for (const { cells } of rows) {
      if (slice.isOver()) await slice.yieldToOthers();
      const line = cellText(cells[lineAt] ?? '').trim();
      const codes = cellText(cells[codeAt] ?? '')
        .split('|')
        .map((code) => code.trim());
      if (!/^\d{0,9}$/.test(line)) continue;
      for (const code of codes)
        if (code !== '' && code !== NOT_LISTED_CODE) places.push({ line: line === '' ? null : Number(line), code });
      if (places.length >= ENOUGH) return places;
    }
  }
  return places;
};

/** Two logs with so many equal lines and codes come from the same file with the same errors. */
const ENOUGH = 100;
