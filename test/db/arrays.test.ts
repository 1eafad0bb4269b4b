import { afterAll, expect, it } from 'vitest';
import { plainArray, textArray } from '../../db/arrays.ts';
import { openDatabase } from '../support/organization.ts';

const sql = openDatabase();
afterAll(() => sql.end());

it('gives texts to PostgreSQL as they are, whatever is in them', async () => {
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

it('gives numbers, digests and truths without quotes', async () => {
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
