import { ERROR_LOG_HEADERS, headerKeyOf } from '../../rules/columns/built-in-columns.ts';
import { isFindingCode } from '../../rules/findings/catalogue.ts';
import { describeFinding, type TextLanguage } from '../../rules/findings/describe-finding.ts';
import type { Finding } from '../../rules/findings/findings.ts';
import { describeNotListed, NOT_LISTED_CODE, type NotListedCount } from '../../rules/findings/not-listed.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import { cellText } from '../../rules/values/formula-guard.ts';
import type { ReadLimits } from '../dialect.ts';
import { type Cell, formatHeader, formatRow, UTF8_BOM } from '../records/format-row.ts';
import { createTimeSlice } from '../time-slice.ts';
import type { FileFormat, OpenFile } from './file-format.ts';
import { readRows } from './read-rows.ts';

/** A stored finding. Its code may be one of a later version. */
export type LoggedFinding = Omit<Finding, 'code'> & { code: string };

/**
 * Writes the error log: for every row with findings, its original columns and then its findings; one line a row, in file
 * order. Findings about the file (without a line, or about the header) come first, with empty original columns. After
 * corrections the log can be uploaded as it is: columns of an earlier error log are not repeated, and cells keep their
 * meaning. A cell that a short row lacks is empty here.
 *
 * @param open returns the bytes of the uploaded file; not called if no row has a finding
 * @param reading null if the file could not be read: then there are no original columns
 * @param findings in line order, findings without a line first; the findings of a row in output order
 * @param language of the sentences; codes and headers are the same in all languages
 * @param unlisted set if not all findings are listed: then the first line below the headers says so
 * @returns text in pieces, to be encoded as UTF-8; begins with a byte order mark, lines end in CRLF
 */
export async function* errorLog(
  open: OpenFile,
  reading: FileFormat | null,
  limits: ReadLimits,
  findings: AsyncIterable<LoggedFinding>,
  language: TextLanguage = 'en',
  unlisted: NotListedCount | null = null,
): AsyncGenerator<string> {
  const kept = reading ? originalColumns(reading.header) : [];
  const header = kept.map((index) => cellText(reading?.header[index] ?? ''));
  const rows = reading ? rowFinder(() => readRows(open(), reading, limits)) : null;
  const slice = createTimeSlice();
  let text = UTF8_BOM + formatHeader([...header, ...ERROR_LOG_HEADERS]);
  if (unlisted) text += formatRow([...kept.map(() => ''), ...notListedCells(unlisted, language)]);
  try {
    for await (const { line, found } of byLine(findings, reading?.headerLine ?? 0)) {
      const row = line !== null && line > (reading?.headerLine ?? 0) ? await rows?.at(line) : undefined;
      const original = kept.map((index) => (row ? originalCell(row.cells[index]) : ''));
      text += formatRow([...original, ...foundCells(line, found, language)]);
      if (slice.isOver()) await slice.yieldToOthers();
      if (text.length < PIECE_CHARACTERS) continue;
      yield text;
      text = '';
    }
    yield text;
  } finally {
    await rows?.close();
  }
}

/** Large enough that sending a piece costs little compared with making it. */
const PIECE_CHARACTERS = 64 * 1024;

/** Indexes of the columns to repeat, without columns of an error log and empty columns at the right. */
const originalColumns = (header: readonly string[]): number[] => {
  const last = header.findLastIndex((cell) => cell.trim() !== '');
  return header
    .keys()
    .filter((index) => index <= last && !headerKeyOf(header[index] ?? '').startsWith('_'))
    .toArray();
};

/** A negative number is no formula and gets no guard. A cell that has a guard gets no second one. */
const NEGATIVE_NUMBER = /^-\d+(?:[.,]\d+)?$/;
const originalCell = (cell = ''): Cell => {
  const text = cellText(cell);
  return NEGATIVE_NUMBER.test(cell) ? { plain: text } : text;
};

/** The findings of one row, or a single finding about the file. */
type Group = { line: number | null; found: LoggedFinding[] };

async function* byLine(findings: AsyncIterable<LoggedFinding>, headerLine: number): AsyncGenerator<Group> {
  let group: Group | null = null;
  for await (const finding of findings) {
    if (group && finding.line !== null && finding.line > headerLine && finding.line === group.line) {
      group.found.push(finding);
      continue;
    }
    if (group) yield group;
    group = { line: finding.line, found: [finding] };
  }
  if (group) yield group;
}

const foundCells = (line: number | null, found: readonly LoggedFinding[], language: TextLanguage): Cell[] => {
  const described = found.map(({ code, details, value }) =>
    isFindingCode(code)
      ? describeFinding(code, details, value, language)
      : { severity: '', message: '', suggestion: '' },
  );
  return [
    { plain: line === null ? '' : String(line) },
    described.map(({ severity }) => severity).join(BETWEEN),
    found.map(({ code }) => code).join(BETWEEN),
    found.map(({ column }) => column ?? '').join(BETWEEN),
    // On one line: a cell with several lines could be taken for rows when the log is uploaded.
    found.map(({ value }) => (value ?? '').replaceAll(LINE_BREAKS, ' ')).join(BETWEEN),
    described.map(({ message, suggestion }) => `${message} ${suggestion}`.trim()).join(BETWEEN),
  ];
};
const BETWEEN = ' | ';
const LINE_BREAKS = /[\r\n]+/g;

const notListedCells = (unlisted: NotListedCount, language: TextLanguage): Cell[] => [
  ...['', 'warning', NOT_LISTED_CODE, '', ''],
  describeNotListed(unlisted, language),
];

/** Finds rows by line, in ascending order; reads the file only as far as needed. */
const rowFinder = (read: () => AsyncGenerator<FileRow[]>) => {
  let batches: AsyncGenerator<FileRow[]> | null = null;
  let batch: FileRow[] = [];
  let next = 0;
  return {
    async at(line: number): Promise<FileRow | undefined> {
      batches ??= read();
      for (;;) {
        for (; next < batch.length; next++) {
          const row = batch[next];
          if (row && row.line === line) return row;
          if (row && row.line > line) return undefined;
        }
        const more = await batches.next();
        if (more.done) return undefined;
        batch = more.value;
        next = 0;
      }
    },
    close: async (): Promise<void> => {
      await batches?.return(undefined);
    },
  };
};
