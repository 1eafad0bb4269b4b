import { errorLog } from '../../csv/user-file/error-log.ts';
import { readErrorLogOrigin } from '../../csv/user-file/error-log-origin.ts';
import { ERROR_LOG_HEADERS, headerKey } from '../../rules/columns/built-in-columns.ts';
import { cellText } from '../../rules/values/formula-guard.ts';
import { inPieces } from '../csv/in-pieces.ts';
import type { FuzzInput } from './inputs.ts';
import { type ReadAll, readAll } from './read-all.ts';

/**
 * Writes the error log of a file and reads it as the next upload. Its rows must have the same cells, and must refer to
 * the lines that they come from. Only for a file with usable columns: other files are not corrected by rows.
 */
export const logProblems = async (
  { reading, columns, findings, rows }: ReadAll,
  { bytes, limits, pieces }: FuzzInput,
): Promise<string[]> => {
  if (!reading || !columns || bytes.length > LARGEST) return [];
  const sorted = findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  let text = '';
  for await (const piece of errorLog(inPieces(bytes, pieces[0]), reading, limits, inOrder(sorted))) text += piece;
  if (!text.isWellFormed()) return ['The error log is no text'];
  // A log repeats the control characters of a cell. The cell has its own finding and must be corrected first.
  if (reading.header.some(hasControls) || rows.some(({ cells }) => cells.some(hasControls))) return [];

  const open = inPieces(text);
  const wide = { maxRows: sorted.length + 1, maxColumns: 600, maxCellCharacters: 100_000 };
  const again = await readAll(open, wide);
  if (!again.reading || !again.columns)
    return [`The error log is refused: ${JSON.stringify(again.findings).slice(0, 600)}`];
  const last = reading.header.findLastIndex((cell) => cell.trim() !== '');
  const kept = reading.header
    .map((cell, index) => ({ index, isOurs: headerKey(cellText(cell)).startsWith('_') }))
    .filter(({ index, isOurs }) => !isOurs && index <= last)
    .map(({ index }) => index);
  const problems: string[] = [];
  const headers = [...kept.map((index) => cellText(reading.header[index] ?? '')), ...ERROR_LOG_HEADERS];
  if (again.reading.header.map(cellText).join('\0') !== headers.join('\0')) {
    problems.push(`The error log has the header ${JSON.stringify(again.reading.header)}`);
  }
  const byLine = new Map(rows.map((row) => [String(row.line), row]));
  for (const { cells } of again.rows) {
    const row = byLine.get(cells[kept.length] ?? '');
    const meant = row ? kept.map((index) => cellText(row.cells[index] ?? '')) : kept.map(() => '');
    const now = cells.slice(0, kept.length).map(cellText);
    if (now.join('\0') !== meant.join('\0'))
      problems.push(`Line ${row?.line} is ${JSON.stringify(now)} in the error log`);
  }
  const logged = sorted.filter(
    ({ line }, at) => line === null || line <= reading.headerLine || line !== sorted[at - 1]?.line,
  );
  if (again.rows.length !== logged.length)
    problems.push(`${again.rows.length} rows in the error log of ${logged.length}`);
  await readErrorLogOrigin(open, again.reading, wide);
  return problems;
};

/** A long file would take time and show nothing new. */
const LARGEST = 2_000;

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasControls = (cell: string): boolean => /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(cell);
