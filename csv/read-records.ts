import { hash } from 'node:crypto';
import type { FileRow } from '../activities/rules/row-draft.ts';
import { parseRecords } from './parse-records.ts';
import type { Delimiter, ReadLimits } from './reading.ts';
import { type Block, RecordScanner } from './record-scanner.ts';

/** Thrown by `readRecords` at the end of a file that ends inside quotes. */
export class OpenQuote extends Error {
  readonly line: number;
  readonly text: string;
  constructor(line: number, text: string) {
    super(`A quote that opens on line ${line} is never closed`);
    this.name = 'OpenQuote';
    this.line = line;
    this.text = text;
  }
}

/**
 * Reads every record of a file that is not blank, the header included, with its physical line. Blank is what holds
 * nothing but spaces and delimiters.
 *
 * @param pieces UTF-8 without byte order mark, as `toUtf8` gives it
 * @param hashed records come with the hash of their bytes, but for one that is cut off
 * @throws OpenQuote, after all records before it
 */
export async function* readRecords(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  delimiter: Delimiter,
  limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>,
  hashed = false,
): AsyncGenerator<FileRow[]> {
  const scanner = new RecordScanner(delimiter, limits);
  for await (const piece of pieces) {
    const rows = rowsOf(scanner.push(piece), delimiter, hashed);
    if (rows.length > 0) yield rows;
  }
  const last = scanner.finish();
  const rows = rowsOf(last, delimiter, hashed);
  if (rows.length > 0) yield rows;
  if (last.openQuote) throw new OpenQuote(last.openQuote.line, last.openQuote.text);
}

const rowsOf = (block: Block, delimiter: Delimiter, hashed: boolean): FileRow[] => {
  const rows: FileRow[] = [];
  for (const [index, cells] of parseRecords(block, delimiter).entries()) {
    const record = block.records[index];
    if (!record || isBlank(cells)) continue;
    const { line, strayQuote, cutOff } = record;
    const row: FileRow = { line, cells, strayQuote, cutOff };
    if (hashed && !cutOff) row.hash = hashOf(block.bytes.subarray(record.start, record.end));
    rows.push(row);
  }
  return rows;
};

/** 128 bits of SHA-256, as a uuid: of a million rows against a million others, none is another's by chance. */
const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex').slice(0, 32);

/** Whether all cells are empty or spaces; `indexes` names the cells that count, if not all do. */
export const isBlank = (cells: readonly string[], indexes?: readonly number[]): boolean => {
  if (indexes) {
    for (const index of indexes) if (!isEmpty(cells[index])) return false;
    return true;
  }
  for (const cell of cells) if (!isEmpty(cell)) return false;
  return true;
};

const isEmpty = (cell: string | undefined): boolean => cell === undefined || cell === '' || cell.trim() === '';
