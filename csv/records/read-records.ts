import { hash } from 'node:crypto';
import { findRowsInCell, type RowShape } from '../../rules/rows/inner-rows.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import { textOfFormula } from '../../rules/values/formula-guard.ts';
import type { Delimiter, ReadLimits } from '../dialect.ts';
import { createTimeSlice } from '../time-slice.ts';
import { parseRecordsInSlices } from './parse-records.ts';
import { type Block, RecordScanner, type ScannedRecord } from './record-scanner.ts';
import { type TrailingDelimiters, withoutTrailingDelimiters } from './trailing-delimiters.ts';

/** Thrown by `readRecords` if the file ends inside quotes. */
export class UnclosedQuote extends Error {
  readonly line: number;
  readonly text: string;
  constructor(line: number, text: string) {
    super(`A quote that opens on line ${line} is never closed`);
    this.name = 'UnclosedQuote';
    this.line = line;
    this.text = text;
  }
}

/** Which records to parse, and what to return of them; everything by default. */
export type RecordFilter = {
  /** Whether to return the record on a line; called once for each, in their order. */
  onLine?: (line: number) => boolean;
  /** Records have the hash of their bytes, except truncated ones. */
  hashed?: boolean;
  /** The number of the baseline row with a hash, or less than 0. A record with a baseline row has no cells. */
  baselineRowOf?: (hash: string) => number;
  /** The shape of rows to find inside cells; if it is absent, no rows are searched. */
  shape?: RowShape;
  /** The delimiters at the end of every line, which are dropped. */
  trailingDelimiters?: TrailingDelimiters;
  /** Records with a line break inside quotes have their text. */
  withText?: () => boolean;
};

/**
 * Reads the non-blank records of a file, including the header, with their physical line. A blank record has only spaces
 * and delimiters.
 *
 * @param pieces UTF-8 without byte order mark, as `toUtf8` gives it
 * @throws UnclosedQuote, after all records before it
 */
export async function* readRecords(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  delimiter: Delimiter,
  limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>,
  filter: RecordFilter = {},
): AsyncGenerator<FileRow[]> {
  const scanner = new RecordScanner(delimiter, limits);
  const slice = createTimeSlice();
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += STEP_BYTES) {
      const { bytes, records } = scanner.push(piece.subarray(from, from + STEP_BYTES));
      for (const block of inBlocks({ bytes, records })) {
        const rows = await rowsOf(block, delimiter, filter);
        if (rows.length > 0) yield rows;
        if (slice.isOver()) await slice.yieldToOthers();
      }
    }
  }
  const last = scanner.finish();
  const rows = await rowsOf(last, delimiter, filter);
  if (rows.length > 0) yield rows;
  if (last.openQuote) throw new UnclosedQuote(last.openQuote.line, last.openQuote.text);
}

/** Bytes scanned between two yields; small enough for records of one letter too. */
const STEP_BYTES = 32 * 1024;
/** Bytes parsed between two yields: a few milliseconds of work. `parseRecordsInSlices` handles longer records. */
const BLOCK_BYTES = 128 * 1024;
const BLOCK_RECORDS = 1000;

/** Splits a block into smaller blocks. */
function* inBlocks({ bytes, records }: Block): Generator<Block> {
  for (let from = 0; from < records.length; ) {
    const start = records[from]?.start ?? 0;
    let to = from + 1;
    while (to < records.length && to - from < BLOCK_RECORDS && (records[to]?.end ?? 0) - start <= BLOCK_BYTES) to++;
    yield { bytes, records: records.slice(from, to) };
    from = to;
  }
}

async function rowsOf(
  { bytes, records }: Block,
  delimiter: Delimiter,
  { onLine, hashed, baselineRowOf, shape, withText, trailingDelimiters }: RecordFilter,
): Promise<FileRow[]> {
  const asked = onLine ? records.filter(({ line }) => onLine(line)) : records;
  const rows: FileRow[] = [];
  const unread: FileRow[] = [];
  const toParse: ScannedRecord[] = [];
  for (const scanned of asked) {
    trailingDelimiters?.observe?.(bytes, scanned);
    const record = trailingDelimiters?.text
      ? withoutTrailingDelimiters(bytes, scanned, trailingDelimiters.text, delimiter)
      : scanned;
    const { line, strayQuotes, truncated, start, end } = record;
    const row: FileRow = { line, bytes: end - start, cells: [], strayQuotes, truncated };
    if (hashed && !truncated) row.hash = hashOf(bytes.subarray(start, end));
    const known = baselineRowOf && row.hash !== undefined ? baselineRowOf(row.hash) : -1;
    if (known >= 0) row.baselineRow = known;
    else {
      unread.push(row);
      toParse.push(record);
      if (record.hasInnerBreak && (shape || withText?.())) {
        const text = bytes.toString('utf8', start, end);
        if (withText?.()) row.text = text;
        const inner = shape && findRowsInCell(text, line, shape);
        if (inner) row.inner = inner;
      }
    }
    rows.push(row);
  }
  const parsed = await parseRecordsInSlices({ bytes, records: toParse }, delimiter);
  for (const [at, cells] of parsed.entries()) {
    const row = unread[at];
    if (row) row.cells = cells;
  }
  return rows.filter(({ baselineRow, cells }) => baselineRow !== undefined || !isBlank(cells));
}

/** 128 bits of SHA-256, like a uuid: a million rows against a million others have no collision by chance. */
const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex').slice(0, 32);

/** Whether all cells are empty or spaces; `indexes` names the cells that count, if not all do. */
export const isBlank = (cells: readonly string[], indexes?: readonly number[]): boolean => {
  if (indexes) {
    for (const index of indexes) if (isFilled(cells[index])) return false;
    return true;
  }
  for (const cell of cells) if (isFilled(cell)) return false;
  return true;
};

/** Whether a cell holds more than spaces. */
export const isFilled = (cell: string | undefined): boolean =>
  cell !== undefined && cell !== '' && (textOfFormula(cell) ?? cell).trim() !== '';
