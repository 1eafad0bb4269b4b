import type { Delimiter } from '../dialect.ts';
import type { ScannedRecord } from './record-scanner.ts';
import { RecordScanner } from './record-scanner.ts';

/** The delimiters that end every line of a file. */
export type TrailingDelimiters = { text: string; observe?: (bytes: Buffer, record: ScannedRecord) => void };

/** Detects the trailing delimiters while a file is read. `wasShortened`: earlier lines were read with a longer run. */
export type TrailingDelimiterDetector = TrailingDelimiters & {
  wasShortened: boolean;
  finish?: (delimiter: Delimiter) => void;
};

const SIGNS = new Set([';', ',', '\t'].map((sign) => sign.charCodeAt(0)));
const SPACE = 0x20;

/** Starts with the run of delimiters at the end of the header, and shortens it to the run that all lines share. */
export const detectTrailingDelimiters = (sepLine: boolean): TrailingDelimiterDetector => {
  let lines = 0;
  const detector: TrailingDelimiterDetector = {
    text: '',
    wasShortened: false,
    observe(bytes, { line, start, end, truncated }) {
      if (truncated || (lines > 1 && detector.text === '') || (sepLine && line === 1)) return;
      const tail = trailingDelimitersOf(bytes, start, end);
      // A line with only delimiters is blank.
      if (tail === null) return;
      lines++;
      if (lines === 1) detector.text = tail;
      else if (!tail.endsWith(detector.text)) {
        detector.text = commonEnd(tail, detector.text);
        detector.wasShortened = true;
      }
    },
    // A column name may end in a delimiter of another program. Without rows that end in it too, it is part of the name.
    finish(delimiter) {
      if (lines > 1 || detector.text === '') return;
      const own = detector.text.length - withoutTail(detector.text, delimiter).length;
      if (own === detector.text.length) return;
      detector.text = detector.text.slice(detector.text.length - own);
      detector.wasShortened = true;
    },
  };
  return detector;
};

/** The run of delimiters at the end of a line; null if the line has nothing else. */
const trailingDelimitersOf = (bytes: Buffer, start: number, end: number): string | null => {
  let from = end;
  while (from > start && SIGNS.has(bytes[from - 1] ?? 0)) from--;
  let left = from;
  while (left > start && (bytes[left - 1] === SPACE || SIGNS.has(bytes[left - 1] ?? 0))) left--;
  return left === start ? null : bytes.toString('latin1', from, end);
};

const commonEnd = (one: string, other: string): string => {
  let length = 0;
  while (length < one.length && one.at(-1 - length) === other.at(-1 - length)) length++;
  return one.slice(one.length - length);
};

/** A record without its trailing delimiters. Delimiters of another program after a closing quote are no stray quote. */
export const withoutTrailingDelimiters = (
  bytes: Buffer,
  record: ScannedRecord,
  text: string,
  delimiter: Delimiter,
): ScannedRecord => {
  const end = record.end - text.length;
  if (record.truncated || end < record.start || bytes.toString('latin1', end, record.end) !== text) return record;
  const cells = record.cells - (text.split(delimiter).length - 1);
  return {
    ...record,
    end,
    cells,
    strayQuotes: record.strayQuotes.length > 0 ? strayQuotesIn(bytes.subarray(record.start, end), delimiter) : [],
  };
};

const strayQuotesIn = (bytes: Buffer, delimiter: Delimiter): readonly number[] => {
  const scanner = new RecordScanner(delimiter, WHOLE);
  const records = [...scanner.push(bytes).records, ...scanner.finish().records];
  return records.flatMap(({ strayQuotes }) => strayQuotes);
};
/** Limits that no scanned record exceeds. */
const WHOLE = { maxColumns: Number.MAX_SAFE_INTEGER, maxCellCharacters: 1 };

/** A cell without any delimiters, or without this delimiter, at its end. */
export const withoutTail = (cell: string, delimiter?: Delimiter): string => {
  let end = cell.length;
  while (end > 0 && (delimiter ? cell.charAt(end - 1) === delimiter : SIGNS.has(cell.charCodeAt(end - 1)))) end--;
  return cell.slice(0, end);
};
