import { afterAll, expect, it } from 'vitest';
import { plainArray, textArray, textLines } from '../../../db/sql/array-literals.ts';
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

it('PostgreSQL reads JSON without line breaks unchanged', async () => {
  const lines = ['{"1":2,"3":"2026-01-01"}', null, '{"a":"b\\n"}'];
  const [row] = await sql`select to_json(array(
    select nullif(line, '')::jsonb from string_to_table(${textLines(lines)}, E'\n') as line)) as lines`;
  expect(row!.lines).toEqual(lines.map((line) => line && JSON.parse(line)));
});
