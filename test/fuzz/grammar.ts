import type { FileFormat } from '../../csv/user-file/file-format.ts';
import { type Dialect, encode, randomDialect } from './dialects.ts';
import type { Random } from './random.ts';

/** The expected result of reading a file of the grammar. */
export type Expected = Pick<
  FileFormat,
  'encoding' | 'hadBom' | 'delimiter' | 'sepLine' | 'header' | 'headerLine' | 'rows'
> & { records: { line: number; cells: string[]; strayQuotes: number[] }[] };

/**
 * Writes a random table in a random dialect. Every file is legal, so it must be read cell by cell as written. The lines
 * are counted afterwards in the text, without any knowledge of how it was written.
 *
 * @param leastBytes small tables are repeated up to that length, so that they exceed what the reader takes at once
 */
export const grammarFile = (random: Random, leastBytes: number): { bytes: Buffer; expected: Expected } => {
  const width = 1 + random.below(5);
  const dialect = randomDialect(random, width);
  const letters = [...PLAIN, ...alphabetOf(dialect)];
  const header = random.many(width, width, () => random.one(HEADERS));
  header[random.below(width)] = random.one(IDENTITIES);
  const cell = (): string => random.many(0, random.one([0, 2, 8]), () => random.one(letters)).join('');
  const table = random.many(0, 6, () => random.many(1, width + 2, cell));

  const writer = newWriter(random, dialect);
  if (dialect.sepLine) writer.line(`sep=${dialect.delimiter}`);
  else writer.blankLines();
  const headerAt = writer.row(header);
  const written: { at: number; cells: string[]; strayQuotes: number[] }[] = [];
  const turns = table.length === 0 ? 0 : Math.max(1, Math.ceil(leastBytes / (1 + table.flat().join(';').length)));
  for (let turn = 0; turn < turns; turn++) {
    for (const cells of table) {
      if (random.onceIn(8)) writer.blankLines();
      written.push({ ...writer.row(cells), cells });
    }
  }
  const text = writer.text(random.onceIn(2));
  const lineAt = lineCounter(text);
  const headerLine = lineAt(headerAt.at);
  const records = written
    .map(({ at, cells, strayQuotes }) => ({ line: lineAt(at), cells, strayQuotes }))
    .filter(({ cells }) => cells.some((given) => /\S/.test(given)));
  const isAscii = /^[\0-\x7f]*$/.test(text);
  const encoding = dialect.encoding === 'windows-1252' && isAscii ? 'utf-8' : dialect.encoding;
  const { delimiter, sepLine, bom } = dialect;
  const expected = { encoding, hadBom: bom, delimiter, sepLine, header, headerLine, rows: records.length, records };
  return { bytes: encode(text, dialect), expected };
};

/** Only one delimiter gives these headers, whatever the other cells are. */
const IDENTITIES = ['Email', 'External Id', 'E-post', 'email '];
const HEADERS = [
  ...['First name', 'Last name', 'Department', 'Born', 'Salary', 'Manager', 'Salary backdate', '_code', 'Language'],
  ...['Notes, more', 'a;b', 'tab\there', 'two\r\nlines', 'one "two"', "it's", 'x'],
];
const PLAIN = [
  ...['a', 'b', 'Z', '1', '0', ' ', ' ', '.', '-', '=', "'", '@', '#CLEAR', 'a@b.se', '"x"y', '1,5', 'sep='],
  ...['"', '"', ';', ',', '\t', '\n', '\r', '\r\n'],
];
/** Letters that are never taken for another encoding, in whatever order. */
const NORDIC = ['å', 'ä', 'ö', 'Å', 'Ä', 'Ö', 'é', 'É', 'ü', 'Ü', 'ø', 'Ø', 'æ', 'Æ'];
const UNICODE = [
  ...NORDIC,
  '€',
  '漢',
  '😀',
  'e\u0301',
  '\u00a0',
  '\u2028',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\ufffd',
  'ｗ',
];

const alphabetOf = ({ encoding, bom }: Dialect): string[] => {
  if (encoding === 'utf-8') return UNICODE;
  return encoding !== 'windows-1252' && bom ? UNICODE : NORDIC;
};

const newWriter = (random: Random, { delimiter, quotes, breaks }: Dialect) => {
  const pieces: string[] = [];
  let length = 0;
  let lastBreak = '';
  const line = (text: string): number => {
    const at = length;
    // A blank line after a carriage return must not begin with a line feed, which would belong to that return.
    const end = text === '' && lastBreak === '\r' ? '\r' : random.one(breaks);
    pieces.push(text, end);
    length += text.length + end.length;
    lastBreak = end;
    return at;
  };
  const mustQuote = (cell: string): boolean => cell.includes(delimiter) || /^"|[\r\n]/.test(cell);
  return {
    line,
    blankLines: (): void => {
      const blanks = ['', '', ' ', `${delimiter}${delimiter}`, `"" ${delimiter}`.replace(' ', '')];
      for (const blank of random.many(0, 2, () => random.one(blanks))) line(blank);
    },
    row: (cells: readonly string[]): { at: number; strayQuotes: number[] } => {
      const strayQuotes: number[] = [];
      const written = cells.map((cell, index) => {
        if (goesOnBehindQuotes(cell, delimiter) && random.onceIn(2)) {
          strayQuotes.push(index);
          return cell;
        }
        if (mustQuote(cell) || quotes === 'all' || (quotes === 'random' && random.onceIn(2))) {
          return `"${cell.replaceAll('"', '""')}"`;
        }
        if (cell.includes('"')) strayQuotes.push(index);
        return cell;
      });
      return { at: line(written.join(delimiter)), strayQuotes };
    },
    text: (endsInBreak: boolean): string => (endsInBreak ? pieces : pieces.slice(0, -1)).join(''),
  };
};

/** As in `"x"y`, which is read with its quotes. */
const goesOnBehindQuotes = (cell: string, delimiter: string): boolean =>
  /^"[^"\r\n]*"[^"\r\n]+$/.test(cell) && !cell.includes(delimiter);

/** Returns the physical line of a position, as an editor counts. Must be called with ascending positions. */
const lineCounter = (text: string): ((at: number) => number) => {
  const ends = [...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: found }) => index + found.length);
  let line = 0;
  return (at) => {
    while (line < ends.length && (ends[line] as number) <= at) line++;
    return line + 1;
  };
};
