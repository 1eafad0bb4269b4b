import { hash } from 'node:crypto';
import type { FileRow } from '../activities/rules/row-draft.ts';
import { parseRecords } from './parse-records.ts';
import type { Delimiter, ReadLimits } from './reading.ts';
import { type Block, RecordScanner, type ScannedRecord } from './record-scanner.ts';

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

/** What is wanted of records, all by default. What is not wanted of them is not parsed. */
export type Wanted = {
  /** Whether the record on a line is wanted; asked once for each, in their order. */
  onLine?: (line: number) => boolean;
  /** Records come with the hash of their bytes, but for one that is cut off. */
  hashed?: boolean;
  /** By which number a hash is known, or less than 0: a record that is known comes without cells. */
  knownAs?: (hash: string) => number;
};

/**
 * Reads the records of a file that are not blank, the header included, with their physical line. Blank is what holds
 * nothing but spaces and delimiters.
 *
 * @param pieces UTF-8 without byte order mark, as `toUtf8` gives it
 * @throws OpenQuote, after all records before it
 */
export async function* readRecords(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  delimiter: Delimiter,
  limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>,
  wanted: Wanted = {},
): AsyncGenerator<FileRow[]> {
  const scanner = new RecordScanner(delimiter, limits);
  for await (const piece of pieces) {
    const rows = rowsOf(scanner.push(piece), delimiter, wanted);
    if (rows.length > 0) yield rows;
  }
  const last = scanner.finish();
  const rows = rowsOf(last, delimiter, wanted);
  if (rows.length > 0) yield rows;
  if (last.openQuote) throw new OpenQuote(last.openQuote.line, last.openQuote.text);
}

function rowsOf({ bytes, records }: Block, delimiter: Delimiter, { onLine, hashed, knownAs }: Wanted): FileRow[] {
  const asked = onLine ? records.filter(({ line }) => onLine(line)) : records;
  const rows: FileRow[] = [];
  const unread: FileRow[] = [];
  const toParse: ScannedRecord[] = [];
  for (const record of asked) {
    const { line, strayQuote, cutOff, start, end } = record;
    const row: FileRow = { line, cells: [], strayQuote, cutOff };
    if (hashed && !cutOff) row.hash = hashOf(bytes.subarray(start, end));
    const known = knownAs && row.hash !== undefined ? knownAs(row.hash) : -1;
    if (known >= 0) row.known = known;
    else {
      unread.push(row);
      toParse.push(record);
    }
    rows.push(row);
  }
  for (const [at, cells] of parseRecords({ bytes, records: toParse }, delimiter).entries()) {
    const row = unread[at];
    if (row) row.cells = cells;
  }
  return rows.filter(({ known, cells }) => known !== undefined || !isBlank(cells));
}

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
