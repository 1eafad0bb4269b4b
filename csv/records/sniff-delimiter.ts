import { headerKeyOf, isIdentityHeader, userFieldOf } from '../../rules/columns/built-in-columns.ts';
import type { Delimiter, ReadLimits } from '../dialect.ts';
import { parseRecords } from './parse-records.ts';
import { RecordScanner } from './record-scanner.ts';
import { withoutTail } from './trailing-delimiters.ts';

/** The delimiter; null if it is unclear. `sepLine`: the first line is a hint to spreadsheet programs. */
export type Dialect = { delimiter: Delimiter | null; sepLine: boolean; firstLine: string };

/** The first is the delimiter of templates; a file of one column, without a delimiter, is read with it. */
const CANDIDATES: readonly Delimiter[] = [';', ',', '\t'];

/**
 * Detects the delimiter from the beginning of a file. The header decides first: only the right delimiter separates the
 * identity columns. Otherwise the evenness of the records decides. Delimiters inside quotes do not count.
 *
 * @param head UTF-8 without byte order mark
 * @param isWhole the head is the whole file, so that its last record is complete
 */
export const sniffDelimiter = (
  head: Buffer,
  isWhole: boolean,
  limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>,
): Dialect => {
  const firstLine = firstLineOf(head);
  const hint = SEP_LINE.exec(firstLine)?.[1];
  const readings = CANDIDATES.map((delimiter) => divide(head, delimiter, isWhole, limits));
  const hinted = readings.find(({ delimiter }) => delimiter === hint);
  const body =
    hint === undefined ? readings : readings.map((reading) => ({ ...reading, records: reading.records.slice(1) }));
  const sepLine = hint !== undefined;
  if (hinted && (isIdentified(hinted.records[1]) || !body.some(({ records }) => isIdentified(records[0])))) {
    return { delimiter: hinted.delimiter, sepLine, firstLine };
  }
  const shown = sepLine ? firstLineOf(head.subarray(Buffer.byteLength(firstLine)), true) : firstLine;
  return { delimiter: theOne(body), sepLine, firstLine: shown };
};

/** The records as one delimiter divides them. `isClean`: all quotes in the header are around whole cells. */
type Division = { delimiter: Delimiter; records: string[][]; isClean: boolean };

/** The hint of Excel. A program that saves such a file again may quote the hint and add delimiters. */
const SEP_LINE = /^"?sep=([^"\r\n])"?[;,\t]*$/i;

const firstLineOf = (bytes: Buffer, skipBlank = false): string => {
  const text = bytes.toString('utf8', 0, 1000);
  return (skipBlank ? text.trimStart() : text).split(/[\r\n]/, 1)[0] ?? '';
};

const divide = (
  head: Buffer,
  delimiter: Delimiter,
  isWhole: boolean,
  limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>,
): Division => {
  const scanner = new RecordScanner(delimiter, limits);
  const block = scanner.push(head);
  const records = parseRecords(block, delimiter);
  // If the head has no whole record, uses its incomplete record.
  if (isWhole || records.length === 0) {
    const last = scanner.finish();
    records.push(...parseRecords(last, delimiter));
    block.records.push(...last.records);
  }
  const filled = records.flatMap((cells, index) =>
    cells.some((cell) => cell.trim() !== '') ? [{ cells, index }] : [],
  );
  const header = filled.find(({ cells }) => !SEP_LINE.test(cells.join(delimiter)));
  const isClean = header === undefined || block.records[header.index]?.strayQuotes.length === 0;
  return { delimiter, records: filled.map(({ cells }) => cells), isClean };
};

const theOne = (readings: readonly Division[]): Delimiter | null => {
  const identified = readings.filter(({ records }) => isIdentified(records[0]));
  const dividing = (identified.length > 0 ? identified : readings).filter(
    ({ records }) => (records[0]?.length ?? 0) > 1,
  );
  if (dividing.length === 0) return readings.some(({ records }) => isDividedOtherwise(records[0])) ? null : ';';
  // Several delimiters may separate an identity column, for example with an attribute "Phone, email". Then the header
  // decides: first quotes around whole cells, then more known columns. If both are equal, the delimiter is unclear.
  const [winner, ...equals] =
    identified.length > 1
      ? best(
          best(dividing, ({ isClean }) => Number(isClean)),
          ({ records }) => ownColumnsIn(records[0] ?? []),
        )
      : best(dividing, ({ records }) => evennessOf(records));
  return winner && equals.length === 0 ? winner.delimiter : null;
};

/** The divisions with the highest score. */
const best = (readings: readonly Division[], score: (reading: Division) => number): Division[] => {
  const highest = Math.max(...readings.map(score));
  return readings.filter((reading) => score(reading) === highest);
};

const ownColumnsIn = (header: readonly string[]): number =>
  header.filter((cell) => userFieldOf(headerKeyOf(cell)) !== undefined).length;

const isIdentified = (header: readonly string[] | undefined): boolean =>
  header?.some((cell) => isIdentityHeader(headerKeyOf(withoutTail(cell)))) ?? false;

/** Whether the header is one cell in which an unsupported delimiter would separate an identity column. */
const isDividedOtherwise = (header: readonly string[] | undefined): boolean =>
  header?.length === 1 && OTHER_SIGNS.some((sign) => header[0]?.includes(sign) && isIdentified(header[0].split(sign)));
const OTHER_SIGNS = ['|', ':', '~', '^', '\u00a6'];

/** The share of records that have as many cells as the first. */
const evennessOf = (records: readonly string[][]): number => {
  const width = records[0]?.length;
  return records.filter((cells) => cells.length === width).length / records.length;
};
