import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRow } from '../../../csv/records/format-row.ts';
import { type RecordFilter, readRecords, UnclosedQuote } from '../../../csv/records/read-records.ts';
import { inspectFile } from '../../../csv/user-file/inspect-file.ts';
import { readRows } from '../../../csv/user-file/read-rows.ts';
import type { FileRow } from '../../../rules/rows/parsed-row.ts';
import { collect, inPieces, LIMITS } from '../in-pieces.ts';

const read = async (content: string | Buffer, sizes?: number[], ourColumns?: number[]): Promise<FileRow[]> => {
  const open = inPieces(content, sizes);
  const { reading, findings } = await inspectFile(open, LIMITS);
  if (!reading) throw new Error(`Not readable: ${JSON.stringify(findings)}`);
  return collect(readRows(open(), reading, LIMITS, { ourColumns }));
};
const linesOf = (rows: FileRow[]) => rows.map(({ line, cells }) => [line, ...cells]);

describe('lines are physical lines of the file', () => {
  test('with line breaks of all kinds, blank lines and quoted line breaks', async () => {
    const file = 'Email;Name\r\na;1\n\n;;\rb;"x\r\ny\rz\n"\r\nc;3\r\rd;"4"\n\n"e\r";5';
    expect(linesOf(await read(file))).toEqual([
      [2, 'a', '1'],
      [5, 'b', 'x\r\ny\rz\n'],
      [9, 'c', '3'],
      [11, 'd', '4'],
      [13, 'e\r', '5'],
    ]);
  });

  test('sep= is line 1', async () => {
    expect(linesOf(await read('sep=;\nEmail;Name\na;1\n'))).toEqual([[3, 'a', '1']]);
  });
});

test('a quote inside an unquoted cell is literal, with a warning', async () => {
  const rows = await read('Email;Name\na;5" screen\nb;"x"y;"z"\nc;"p""q"\nd; "e;f"\n');
  expect(rows.map(({ cells, strayQuotes }) => [cells, strayQuotes])).toEqual([
    [['a', '5" screen'], [1]],
    [['b', '"x"y', 'z'], [1]],
    [['c', 'p"q'], []],
    [
      ['d', ' "e', 'f"'],
      [1, 2],
    ],
  ]);
});

test('rows with no filled known column count as blank', async () => {
  expect(linesOf(await read('Notes;Email\nx;\ny;a\n', undefined, [1]))).toEqual([[3, 'y', 'a']]);
});

test('short and long rows are returned unchanged', async () => {
  expect(linesOf(await read('Email;Name\na\nb;1;2;\n'))).toEqual([
    [2, 'a'],
    [3, 'b', '1', '2', ''],
  ]);
});

test('a file in any encoding gives the same rows, split at any byte', async () => {
  const text = 'Email;Name\r\nåsa@b.se;"Öst""er€\r\nsund"\r\nb;😀\r\n';
  const expected = [
    [2, 'åsa@b.se', 'Öst"er€\r\nsund'],
    [4, 'b', '😀'],
  ];
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()]) {
    for (const size of [1, 2, 3, 5, 7, 1000]) expect(linesOf(await read(bytes, [size]))).toEqual(expected);
  }
  const western = Buffer.from('Email;Name\r\na;\xd6st\x80\r\n', 'latin1');
  expect(linesOf(await read(western, [1]))).toEqual([[2, 'a', 'Öst€']]);
});

const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', ';', ',', '\n', '\r', '\r\n', ' ', "'", '=', '\t'),
  maxLength: 6,
});
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

test('written rows are read back, cell by cell and with their line', async () => {
  await fc.assert(
    fc.asyncProperty(table, sizes, async (rows, pieces) => {
      let line = 2;
      const expected: unknown[] = [];
      for (const cells of rows) {
        const plain = cells.map((text) => ({ plain: text }));
        if (cells.some((text) => text.trim() !== '')) expected.push([line, ...cells]);
        line += formatRow(plain).split(/\r\n|\r|\n/).length - 1;
      }
      const file = `Email;Name\r\n${rows.map((cells) => formatRow(cells.map((plain) => ({ plain })))).join('')}`;
      expect(linesOf(await read(file, pieces))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('any text is divided as by csv-parse alone, in pieces of any size', async () => {
  const unit = fc.constantFrom('a', 'é', '"', '"', ';', ';', '\n', '\r', '\r\n', ' ', '\0', ',');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 40 }), sizes, async (text, pieces) => {
      const oracle = (): string[][] | null => {
        try {
          return parse(text, {
            delimiter: ';',
            relax_quotes: true,
            relax_column_count: true,
            record_delimiter: ['\r\n', '\n', '\r'],
          });
        } catch {
          return null;
        }
      };
      const expected = oracle()?.filter((cells) => cells.some((part) => part.trim() !== '')) ?? null;
      const pieced = inPieces(text, pieces)() as AsyncIterable<Buffer>;
      const rows = await collect(readRecords(pieced, ';', LIMITS)).catch((error) => {
        if (error instanceof UnclosedQuote) return null;
        throw error;
      });
      expect(rows?.map(({ cells }) => cells) ?? null).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});

test('a row longer than all limits is truncated, and the rows after it are read', async () => {
  const limits = { maxRows: 10, maxColumns: 2, maxCellCharacters: 10 };
  const monster = `"${'é;"",\n'.repeat(50_000)}"`;
  const open = inPieces(`Email;Name\na;1\n${monster};x\nb;2\n`, [1000]);
  const { reading } = await inspectFile(open, limits);
  expect(reading?.rows).toBe(3);
  const rows = await collect(readRows(open(), reading!, limits));
  expect(rows.map(({ line, truncated }) => [line, truncated])).toEqual([
    [2, false],
    [3, true],
    [50_004, false],
  ]);
  // Legal cells of the maximum columns, and the blank cells that a sheet may have after them.
  expect(rows[1]?.cells.join('').length).toBeLessThan(20_000);
  expect(rows[1]?.cells.join('')).not.toContain('\ufffd');
});

test('blank cells up to the edge of a sheet are kept, and cells beyond are cut', async () => {
  const rows = await read(`Email;Name\na;1${';'.repeat(16_000)}\nb;2${';'.repeat(400_000)}\nc;3\n`, [50_000]);
  expect(rows.map(({ line, truncated }) => [line, truncated])).toEqual([
    [2, false],
    [3, true],
    [4, false],
  ]);
});

test('batches are of about a thousand rows', async () => {
  const row =
    'someone@example.com;Someone;Somewhere;Something;and some more text that a row has in the middle of it;2026-01-01\n';
  const open = inPieces(`Email;a;b;c;d;e\n${row.repeat(5000)}`);
  const limits = { ...LIMITS, maxRows: 10_000 };
  const { reading } = await inspectFile(open, limits);
  const lengths: number[] = [];
  for await (const rows of readRows(open(), reading!, limits)) lengths.push(rows.length);
  expect(lengths.reduce((a, b) => a + b)).toBe(5000);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2000);
  expect(lengths.length).toBeLessThan(30);
});

test('only rows on wanted lines are returned, and rows equal to baseline rows have no cells', async () => {
  const unit = fc.constantFrom('a', 'é', '"', '"', ';', ';', '\n', '\r', '\r\n', ' ');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 60 }), sizes, fc.nat(2), async (text, pieces, some) => {
      const readAll = async (wanted: RecordFilter): Promise<FileRow[] | null> => {
        const pieced = inPieces(text, pieces)() as AsyncIterable<Buffer>;
        return collect(readRecords(pieced, ';', LIMITS, wanted)).catch((error) => {
          if (error instanceof UnclosedQuote) return null;
          throw error;
        });
      };
      const all = await readAll({ hashed: true });
      const onLine = (line: number): boolean => line % 3 === some;
      expect(await readAll({ hashed: true, onLine })).toEqual(all?.filter(({ line }) => onLine(line)) ?? null);
      const known = (all ?? []).flatMap(({ hash }, at) => (hash !== undefined && at % 3 === some ? [hash] : []));
      const baselineRowOf = (hash: string): number => known.indexOf(hash);
      const expected = all?.map((row) => {
        const as = row.hash === undefined ? -1 : baselineRowOf(row.hash);
        return as < 0 ? row : { ...row, cells: [], baselineRow: as };
      });
      expect(await readAll({ hashed: true, baselineRowOf })).toEqual(expected ?? null);
    }),
    { numRuns: 1000 },
  );
});
