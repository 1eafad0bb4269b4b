import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { collect, inPieces } from './in-pieces.ts';

const LIMITS = { maxRows: 1000, maxColumns: 20, maxCellCharacters: 1000 };
const read = async (content: string | Buffer, sizes?: number[]) => {
  const open = inPieces(content, sizes);
  const { reading, findings } = await inspectFile(open, LIMITS);
  if (!reading) throw new Error(`Not readable: ${JSON.stringify(findings)}`);
  const rows = await collect(readRows(open(), reading, LIMITS));
  return { ...reading, cells: rows.map(({ cells }) => cells), stray: rows.map(({ strayQuotes }) => strayQuotes) };
};

describe('csv-spectrum', () => {
  const directory = import.meta.resolve('csv-spectrum/package.json');
  const contentOf = (path: string) => readFileSync(new URL(path, directory));
  const names = readdirSync(new URL('csvs', directory)).map((file) => file.replace(/\.csv$/, ''));
  /** In one file, the published result has another telephone number than the file. */
  const SLIPS: Record<string, [published: string, inFile: string]> = {
    location_coordinates: ['"1234567890"', '"2095257564"'],
  };

  test('has the expected files', () => {
    expect(names).toEqual(expect.arrayContaining(['comma_in_quotes', 'escaped_quotes', 'newlines_crlf', 'utf8']));
    expect(names).toHaveLength(12);
  });

  test.each(names)('%s is read as published', async (name) => {
    const published: object | object[] = JSON.parse(
      contentOf(`json/${name}.json`)
        .toString()
        .replace(...(SLIPS[name] ?? ['', ''])),
    );
    const content = contentOf(`csvs/${name}.csv`);
    for (const sizes of [[1], [7], [content.length]]) {
      const { header, cells, delimiter } = await read(content, sizes);
      const rows = cells.map((row) => Object.fromEntries(header.map((column, index) => [column, row[index]])));
      // A single record is published without a list around it.
      expect(rows).toEqual([published].flat());
      expect(delimiter).toBe(',');
    }
  });
});

describe('RFC 4180', () => {
  test('1. each record is a line of its own, which a line break ends', async () => {
    expect((await read('Email,b\r\naaa,bbb\r\nzzz,yyy\r\n')).cells).toEqual([
      ['aaa', 'bbb'],
      ['zzz', 'yyy'],
    ]);
  });

  test('2. the last record may be without its line break', async () => {
    expect((await read('Email,b\r\naaa,bbb\r\nzzz,yyy')).cells).toEqual(
      (await read('Email,b\r\naaa,bbb\r\nzzz,yyy\r\n')).cells,
    );
  });

  test('3. the first line is a header, in the form of any other record', async () => {
    const { header, headerLine, rows } = await read('"Email","field ""name""\r\nof two lines"\r\naaa,bbb\r\n');
    expect({ header, headerLine, rows }).toEqual({
      header: ['Email', 'field "name"\r\nof two lines'],
      headerLine: 1,
      rows: 1,
    });
  });

  test('4. fields are separated by commas, spaces belong to them, and a comma at the end begins one more', async () => {
    expect((await read('Email,b,c\r\n aaa , ,\tccc \r\na,b,\r\n')).cells).toEqual([
      [' aaa ', ' ', '\tccc '],
      ['a', 'b', ''],
    ]);
  });

  test('5. a field may be in quotes or not; a quote in an unquoted field is literal, with a warning', async () => {
    const { cells, stray } = await read('Email,b\r\n"aaa",bbb\r\n"",\r\nx,y"z"\r\n');
    expect(cells).toEqual([
      ['aaa', 'bbb'],
      ['x', 'y"z"'],
    ]);
    expect(stray).toEqual([[], [1]]);
  });

  test('6. line breaks, quotes and commas are text inside quotes', async () => {
    expect((await read('Email,b\r\n"a\r\na,a","b ""b"" b"\r\n')).cells).toEqual([['a\r\na,a', 'b "b" b']]);
  });

  test('7. a quote inside quotes is written twice', async () => {
    const file = 'Email,b\r\n"""","aaa ""b"""\r\n"""""",""","""\r\n';
    expect((await read(file)).cells).toEqual([
      ['"', 'aaa "b"'],
      ['""', '","'],
    ]);
  });

  // The names and characters are those of the grammar.
  const TEXTDATA = range(0x20, 0x21) + range(0x23, 0x2b) + range(0x2d, 0x7e);
  const some = (units: string[]) =>
    fc.array(fc.constantFrom(...units), { maxLength: 6 }).map((parts) => parts.join(''));
  const nonEscaped = some([...TEXTDATA]).map((text) => ({ written: text, meant: text }));
  const escaped = some([...TEXTDATA, ',', ',', '\r', '\n', '\r\n', '""', '""']).map((inside) => ({
    written: `"${inside}"`,
    meant: inside.replaceAll('""', '"'),
  }));
  const field = fc.oneof(nonEscaped, escaped);
  const record = fc.array(field, { minLength: 3, maxLength: 3 });
  const file = fc.record({
    records: fc.array(record, { maxLength: 6 }),
    names: fc.tuple(field, field),
    endsInBreak: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
  });

  test('any file of its grammar is read with the right header, records and fields', async () => {
    await fc.assert(
      fc.asyncProperty(file, async ({ records, names: [second, third], endsInBreak, sizes }) => {
        // Delimiters at the end of the header and every record are dropped as those of another program.
        fc.pre(/[^;,]$/.test(third.written));
        // A name with a line break and a delimiter is taken for rows inside the header.
        fc.pre(![second, third].some(({ meant }) => /[\r\n]/.test(meant) && /[;,]/.test(meant)));
        const header = [{ written: 'Email', meant: 'Email' }, second, third];
        const lines = [header, ...records].map((fields) => fields.map(({ written }) => written).join(','));
        const { header: names, cells, delimiter } = await read(lines.join('\r\n') + (endsInBreak ? '\r\n' : ''), sizes);
        expect(names).toEqual(header.map(({ meant }) => meant));
        // A record of only spaces is a blank line here.
        const meant = records.map((fields) => fields.map((one) => one.meant));
        expect(cells).toEqual(meant.filter((fields) => fields.some((text) => text.trim() !== '')));
        expect(delimiter).toBe(',');
      }),
      { numRuns: 1000 },
    );
  });
});

/** The characters from the first to the last code, both included. */
function range(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index)).join('');
}
