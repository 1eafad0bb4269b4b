import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, formatRow, UTF8_BOM } from '../../csv/records/format-row.ts';
import { errorLog } from '../../csv/user-file/error-log.ts';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { templateHeaders } from '../../csv/user-file/template-columns.ts';
import { BACKDATE_SUFFIX, ERROR_LOG_HEADERS, headerKey, userFieldOf } from '../../rules/columns/built-in-columns.ts';
import { type AttributeHeader, matchHeaders } from '../../rules/columns/headers.ts';
import { finding } from '../../rules/findings/findings.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import { cellText, guard, unguard } from '../../rules/values/formula-guard.ts';
import { nameKey, tidyName } from '../../rules/values/text.ts';
import { contextOf } from '../fuzz/read-all.ts';
import { collect, inPieces } from './in-pieces.ts';

const LIMITS = { maxRows: 1000, maxColumns: 100, maxCellCharacters: 1000 };
const read = async (content: string, sizes: number[]) => {
  const open = inPieces(content, sizes);
  const { reading, findings } = await inspectFile(open, LIMITS);
  if (!reading) throw new Error(`Not readable: ${JSON.stringify(findings)}`);
  return { open, reading, rows: await collect(readRows(open(), reading, LIMITS)) };
};
const columnsOf = (header: readonly string[], attributes: readonly AttributeHeader[]) => {
  const { columns, findings } = matchHeaders(header, attributes);
  expect(findings).toEqual([]);
  return columns!;
};

/** Characters that begin a formula, guard and quote characters, delimiters, and any character between them. */
const TELLING = [
  "'",
  "'",
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '"',
  '""',
  ';',
  ',',
  ' ',
  '="',
  '&#39;',
  'a?b',
  '\ufeff',
  '\u00a0',
  '#',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.oneof(fc.constantFrom(...TELLING), fc.string({ unit: 'binary', maxLength: 1 })), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 });

test('any texts are unchanged after writing, reading and unguarding, with any delimiter', async () => {
  const table = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  const written = fc.record({ table, delimiter: fc.constantFrom(';', ',', '\t'), bom: fc.boolean(), sizes });
  await fc.assert(
    fc.asyncProperty(written, async ({ table, delimiter, bom, sizes }) => {
      const lines = [['Email', 'Note'], ...table].map((cells) => formatRow(cells, { delimiter }));
      const { reading, rows } = await read((bom ? UTF8_BOM : '') + lines.join(''), sizes);
      expect(reading).toMatchObject({ encoding: 'utf-8', hadBom: bom, delimiter, header: ['Email', 'Note'] });
      // A row of only spaces counts as blank.
      const expected = table.filter((cells) => cells.some((cell) => guard(cell).trim() !== ''));
      expect(rows.map(({ cells }) => cells.map(unguard))).toEqual(expected);
      expect(rows.some(({ strayQuotes }) => strayQuotes.length > 0)).toBe(false);
    }),
    { numRuns: 1500 },
  );
});

test('a spreadsheet program sees no formula in any written text, in quotes or without', () => {
  fc.assert(
    fc.property(text, (cell) => {
      const line = formatRow(['', cell, 'x']);
      expect(line).not.toMatch(/^;"?[=+\-@＝＋－＠\t\r\n]/);
      for (const separator of [',', '\t', '\n'])
        for (const other of line.trimEnd().split(separator)) expect(other).not.toMatch(/^[ "]*[=+\-@＝＋－＠]/);
    }),
    { numRuns: 2000 },
  );
});

describe('a template', () => {
  const name = text
    .map((given) => tidyName(given.trim()).slice(0, 60).trim())
    .filter((given) => isText(given) && !isReserved(headerKey(given)));
  const attributes = fc
    .uniqueArray(fc.record({ name, type: fc.constantFrom('choices', 'dates', 'numbers', 'users') }), {
      selector: (attribute) => nameKey(attribute.name),
      maxLength: 6,
    })
    .map((list) => list.map((attribute, index): AttributeHeader => ({ ...attribute, id: index + 1 })));

  const expectColumns = async (list: AttributeHeader[], backdating: boolean, pieces: number[]) => {
    const header = templateHeaders(list, { backdating });
    const { reading } = await read(UTF8_BOM + formatRow(header), pieces);
    expect(reading.header.map(unguard)).toEqual(header);
    const columns = columnsOf(reading.header, list);
    expect(columns.list.map((column) => column.name)).toEqual(header);
    const found = columns.list.filter(({ kind, attributeId }) => attributeId > 0 && kind !== 'backdate');
    expect(found.map(({ attributeId }) => attributeId)).toEqual(list.map(({ id }) => id));
  };

  test('is recognised by its headers, with any attribute names', async () => {
    await fc.assert(fc.asyncProperty(attributes, fc.boolean(), sizes, expectColumns), { numRuns: 500 });
  });

  test.each(['Phone, email', 'x,E-post,y', 'x;Email;y', '=Email', 'sep=,', '"Email",x', "'", 'E-post,'])(
    'is known again where an attribute is called %j',
    async (called) => {
      await expectColumns([{ id: 1, name: tidyName(called), type: 'choices' }], false, [1000]);
    },
  );

  const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: most });
  const number = fc
    .tuple(fc.boolean(), digits(12), fc.oneof(fc.constant(''), digits(6)))
    .map(([negative, whole, fraction]) => canonical(negative, whole, fraction));
  const date = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10));
  const value = text
    .map((given) => given.trim().normalize('NFC'))
    .filter((given) => isText(given) && !/^#clear$/i.test(given));
  const user = fc.record({ firstName: value, lastName: value, born: date, salary: number });

  test('returns every legal value, with numbers and dates as written', async () => {
    const list: AttributeHeader[] = [
      { id: 1, name: 'Born', type: 'dates' },
      { id: 2, name: 'Salary', type: 'numbers' },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(user, { minLength: 1, maxLength: 4 }), sizes, async (users, pieces) => {
        const header = templateHeaders(list, { backdating: false });
        const lines = users.map(({ firstName, lastName, born, salary }, index): Cell[] => {
          const dated = [{ plain: born }, { plain: salary }];
          return [`a${index}@b.se`, '', firstName, lastName, 'en', 'TRUE', ...dated];
        });
        const { reading, rows } = await read(
          UTF8_BOM + [header, ...lines].map((cells) => formatRow(cells)).join(''),
          pieces,
        );
        expect(rows.map(({ cells }) => cells.slice(6))).toEqual(users.map(({ born, salary }) => [born, salary]));
        const columns = columnsOf(reading.header, list);
        const drafts = rows.map((row) => parseRow(row, columns, contextOf([], reading, LIMITS)));
        const invisible = drafts
          .flatMap(({ findings }) => findings)
          .filter(({ code }) => !['INVISIBLE_CHARACTER', 'PLACEHOLDER', 'HTML_ENTITY'].includes(code));
        expect(invisible).toEqual([]);
        expect(drafts.map(({ firstName, lastName, values }) => ({ firstName, lastName, values }))).toEqual(
          users.map(({ firstName, lastName, born, salary }) => ({
            firstName,
            lastName,
            values: [born, salary],
          })),
        );
      }),
      { numRuns: 500 },
    );
  });
});

test('an error log has the texts of its file, and its own headers are known and ignored', async () => {
  const row = fc.record({ cells: fc.array(text, { minLength: 2, maxLength: 2 }), plain: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), sizes, async (table, pieces) => {
      // The file may come from a program without a formula guard.
      const lines = table.map(({ cells, plain }) =>
        formatRow(['a@b.se', ...(plain ? cells.map((cell) => ({ plain: cell })) : cells)]),
      );
      const { open, reading, rows } = await read(
        formatRow(['Email', 'First name', 'Last name']) + lines.join(''),
        pieces,
      );
      const findings = (async function* () {
        for (const { line } of rows) yield finding(line, 'STRAY_QUOTE', 'First name', rows[0]!.cells[1]!);
      })();
      let log = '';
      for await (const piece of errorLog(open, reading, LIMITS, findings)) log += piece;

      const again = await read(log, pieces);
      expect(again.reading.header).toEqual(['Email', 'First name', 'Last name', ...ERROR_LOG_HEADERS]);
      const columns = columnsOf(again.reading.header, []);
      expect(columns).toMatchObject({ isErrorLog: true, list: [{ index: 0 }, { index: 1 }, { index: 2 }] });
      const meant = (cells: readonly string[]) => cells.slice(0, 3).map(cellText);
      expect(again.rows.map(({ cells }) => meant(cells))).toEqual(rows.map(({ cells }) => meant(cells)));
    }),
    { numRuns: 500 },
  );
});

/** A legal name or value: not empty, without control characters and U+FFFD. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
const isText = (given: string): boolean => given !== '' && !/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]/.test(given);
const isReserved = (key: string): boolean =>
  userFieldOf(key) !== undefined || key.endsWith(BACKDATE_SUFFIX) || key.startsWith('_') || key === '#clear';

/** Numbers as stored: without redundant zeros and without negative zero. */
const canonical = (negative: boolean, whole: string, fraction: string): string => {
  const front = whole.replace(/^0+(?=\d)/, '');
  const back = fraction.replace(/0+$/, '');
  const number = back === '' ? front : `${front}.${back}`;
  return negative && number !== '0' ? `-${number}` : number;
};
