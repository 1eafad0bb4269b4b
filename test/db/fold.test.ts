import { afterAll, expect, it } from 'vitest';
import { identityKey } from '../../rules/values/identity.ts';
import { openDatabase } from '../support/organization.ts';

const sql = openDatabase();
afterAll(() => sql.end());

/** The planes with letters that have upper and lower case. */
const LAST = 0x1ffff;

it('the database folds identities as the rules do, letter by letter, in the middle and at the end of a word', async () => {
  const letters = Array.from({ length: LAST - 0x20 }, (_, at) => String.fromCodePoint(at + 0x21)).filter((one) =>
    /\p{Cased}/u.test(one),
  );
  const texts = letters.flatMap((one) => [one, `a${one}`, `a${one}b@example.com`]);
  // Letters that are newer than the Unicode version of the database have no lower case there.
  const [row] = await sql<{ keys: (string | null)[] }[]>`
    select json_agg(case when unicode_assigned(t) then fold(t) end order by o) as keys
    from unnest(${texts}::text[]) with ordinality as t(t, o)`;
  const different = texts.filter((text, at) => row!.keys[at] !== null && row!.keys[at] !== identityKey(text));
  expect(different).toEqual([]);
});
