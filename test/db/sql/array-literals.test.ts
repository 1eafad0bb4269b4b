import { afterAll, expect, it } from 'vitest';
import { columnBatch, plainArray, textArray } from '../../../db/sql/array-literals.ts';
import { openDatabase } from '../../support/organization.ts';

const sql = openDatabase();
afterAll(() => sql.end());

it('PostgreSQL reads texts unchanged, with any characters', async () => {
  const texts = [
    '',
    ' ',
    'NULL',
    'null',
    null,
    'a,b',
    '{}',
    '{"a":"b\\"c"}',
    '\\',
    '"',
    "'",
    'å\n\t\r',
    '\u2028',
    '😀',
    '\u0001',
  ];
  const [row] = await sql`select to_json(${textArray(texts)}::text[]) as texts`;
  expect(row!.texts).toEqual(texts);
});

it('PostgreSQL reads numbers, digests and booleans without quotes', async () => {
  const [row] = await sql`select to_json(${plainArray([1, null, -3])}::int[]) as numbers,
    to_json(${plainArray([true, null, false])}::boolean[]) as truths, to_json(${plainArray(['qZ+/=', null])}::text[]) as digests,
    to_json(${plainArray([])}::int[]) as nothing, to_json(${textArray([])}::text[]) as none`;
  expect(row).toEqual({
    numbers: [1, null, -3],
    truths: [true, null, false],
    digests: ['qZ+/=', null],
    nothing: [],
    none: [],
  });
});

it('a column batch returns the columns of the rows that were added', async () => {
  const rows = [
    [1, true, null],
    [-2, null, 'qZ+/='],
  ] as const;
  const texts = [
    ['a"b', null],
    ['', 'å\n\\'],
  ] as const;
  const lines = ['{"1":2,"3":"2026-01-01"}', null, '{"a":"b\\n"}'];
  const [plain, written, json] = [columnBatch('plain', 3), columnBatch('texts', 2), columnBatch('lines', 1)];
  for (const row of rows) plain.add(...row);
  for (const row of texts) written.add(...row);
  for (const line of lines) json.add(line);
  const [numbers, truths, digests] = plain.arrays();
  const [first, second] = written.arrays();
  const [row] = await sql`select to_json(${numbers!}::int[]) as numbers, to_json(${truths!}::boolean[]) as truths,
    to_json(${digests!}::text[]) as digests, to_json(${first!}::text[]) as first, to_json(${second!}::text[]) as second,
    to_json(array(select nullif(line, '')::jsonb from string_to_table(${json.arrays()[0]!}, E'\n') as line)) as lines`;
  expect(row).toEqual({
    ...{ numbers: [1, -2], truths: [true, null], digests: [null, 'qZ+/='] },
    ...{ first: ['a"b', ''], second: [null, 'å\n\\'], lines: lines.map((line) => line && JSON.parse(line)) },
  });
});
