import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { nameKey } from '../../rules/values/text.ts';
import { openDatabase } from '../support/organization.ts';

const sql = openDatabase();
afterAll(() => sql.end());

const SEED = 15;
const LAST_CODE_POINT = 0x10ffff;
const SURROGATES = [0xd800, 0xdfff] as const;
/** Characters that depend on their neighbours, or that come from several others. */
const TELLING = [
  'ß',
  'ẞ',
  'S',
  's',
  'ſ',
  'İ',
  'ı',
  'I',
  'i',
  '\u0307',
  '\u0301',
  '\u0323',
  '\u0345',
  'Σ',
  'σ',
  'ς',
  'ﬁ',
  'ŉ',
];
const ODD = [
  '’',
  '‘',
  '´',
  '“',
  '–',
  '—',
  '‑',
  '−',
  '－',
  '＇',
  ' ',
  '\u00a0',
  '\u3000',
  '\u2028',
  '\t',
  '№',
  '½',
  '²',
  'Å',
  'Æ',
  'ΐ',
  'ǰ',
];

describe('the key of a name', () => {
  it('is the same in the program and in the database, for every character that the database knows', async () => {
    const rows = await sql<{ point: number; key: string; alone: string }[]>`
      select point, fold_name('a' || chr(point) || 'b') as key, fold_name(chr(point)) as alone
      from generate_series(1, ${LAST_CODE_POINT}) as point
      where point not between ${SURROGATES[0]} and ${SURROGATES[1]} and unicode_assigned(chr(point))`;
    expect(rows.length).toBeGreaterThan(150_000);
    const different = rows.filter(({ point, key, alone }) => {
      const character = String.fromCodePoint(point);
      return nameKey(`a${character}b`) !== key || nameKey(character) !== alone;
    });
    expect(
      different.map(({ point, key }) => [point.toString(16), key, nameKey(`a${String.fromCodePoint(point)}b`)]),
    ).toEqual([]);
  });

  it('is the same for characters that depend on their neighbours', async () => {
    const texts = fc.sample(
      fc.array(fc.constantFrom(...TELLING, ...ODD, 'x', ' '), { maxLength: 8 }).map((all) => all.join('')),
      {
        numRuns: 20_000,
        seed: SEED,
      },
    );
    const rows = await sql<{ text: string; key: string }[]>`
      select t as text, fold_name(t) as key from unnest(${sql.array(texts)}::text[]) as t`;
    expect(rows.filter(({ text, key }) => nameKey(text) !== key)).toEqual([]);
  });

  it('is its own key', () => {
    const points = Array.from({ length: LAST_CODE_POINT + 1 }, (_, point) => point).filter(
      (point) => point < SURROGATES[0] || point > SURROGATES[1],
    );
    const keys = points.map((point) => nameKey(`a${String.fromCodePoint(point)}b`));
    expect(keys.filter((key) => nameKey(key) !== key)).toEqual([]);
  });

  it('keeps names distinct that earlier versions distinguished, and merges none', async () => {
    const own = `name_keys_${process.pid}`;
    await sql.unsafe(`create database ${own} template template0`);
    const before = openDatabase(Object.assign(new URL(inject('databaseUrl')), { pathname: `/${own}` }).href);
    try {
      for (const file of migrations().filter((name) => name < MIGRATION)) await before.unsafe(textOf(file));
      const [organization] =
        await before`insert into organizations (name, time_zone) values ('Old', 'UTC') returning id`;
      const of = organization!.id;
      const [team] = await before<{ id: number }[]>`
        insert into attributes (organization_id, name, type) values (${of}, 'Team', 'choices') returning id`;
      const [first] = await before<{ id: number }[]>`insert into segments (organization_id, attribute_id, name)
        select ${of}, ${team!.id}, n from unnest(array['Straße', 'STRASSE', 'ＳＴＲＡＳＳＥ', 'A–B', 'A-B', 'Alone']) n returning id`;
      await before`insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
        values (${of}, ${team!.id}, ${first!.id}, 'ﬁn'), (${of}, ${team!.id}, ${first!.id + 1}, 'fin')`;
      await before`insert into attributes (organization_id, name, type)
        values (${of}, 'O’Level', 'choices'), (${of}, 'O''Level', 'dates')`;
      await before.unsafe(textOf(MIGRATION));
      const kept = await before`select name, name_key as key, twin from segments order by id`;
      expect(kept.map(({ name, key, twin }) => [name, key, twin])).toEqual([
        ['Straße', 'strasse', 0],
        ['STRASSE', 'strasse', 1],
        ['ＳＴＲＡＳＳＥ', 'strasse', 2],
        ['A–B', 'a-b', 0],
        ['A-B', 'a-b', 1],
        ['Alone', 'alone', 0],
      ]);
      const aliases = await before`select alias_key as key, twin from segment_aliases order by segment_id`;
      expect(aliases.map(({ key, twin }) => [key, twin])).toEqual([
        ['fin', 0],
        ['fin', 1],
      ]);
      const attributes = await before`select name_key as key, twin from attributes order by id`;
      expect(attributes.map(({ key, twin }) => [key, twin])).toEqual([
        ['team', 0],
        ["o'level", 0],
        ["o'level", 1],
      ]);
      await expect(before`insert into segments (organization_id, attribute_id, name)
        values (${of}, ${team!.id}, 'STRAẞE')`).rejects.toMatchObject({ code: '23505' });
    } finally {
      await before.end();
      await sql.unsafe(`drop database ${own}`);
    }
  });
});

const MIGRATION = '0017_name_keys.sql';
const FOLDER = join(import.meta.dirname, '../../db/migrations');
const migrations = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
