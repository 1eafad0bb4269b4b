import fc from 'fast-check';
import type postgres from 'postgres';
import { BACKDATE_SUFFIX, headerKey, userFieldOf } from '../../rules/columns/built-in-columns.ts';
import { canonical } from '../../rules/values/decimals.ts';
import { checkEmail, checkExternalId } from '../../rules/values/identity.ts';
import { isClearMarker } from '../../rules/values/special-words.ts';
import { checkText, nameKey, tidyName } from '../../rules/values/text.ts';
import { LANGUAGES } from '../support/worker.ts';

export type RandomUser = {
  email: string | null;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  /** By index in `choices`, `dates`, `numbers`: a value, or nothing. In choices: which of the attribute's segments. */
  choices: (number | null)[];
  dates: (string | null)[];
  numbers: (string | null)[];
  /** The index of an earlier person, so that the hierarchy has no cycle. */
  manager: number | null;
  /** The index of any other person: mentors may form cycles. */
  mentor: number | null;
};
/** An organization that the rules allow, with values as they are stored. */
export type RandomOrganization = {
  choices: { name: string; segments: string[]; aliases: string[] }[];
  dates: string[];
  numbers: string[];
  people: RandomUser[];
};

/** Texts that a spreadsheet program, a CSV reader, or a rule of ours could misread. */
const ODD = [
  ...['=1+1', "'=1+1", "''@x", "'", "'a", '-5', '-', '--', '+46 70', '@name', "O'Neill", '"', '""quoted""', 'a"b'],
  ...[
    'semi;colon',
    ';',
    'comma, comma',
    ',',
    'tab\ttab',
    'two\nlines',
    'two\r\nlines',
    'cr\rcr',
    'a\n\n;"b"\n',
    '=\n;',
  ],
  ...['TRUE', 'false', '007', '1,234', '1.234', '1,5', '2026-02-28', '31/12/2025', '4.67E+11', '80 %', '1e5'],
  ...['N/A', 'null', 'undefined', 'NaN', '#clear!', 'CLEAR', '#N/A', 'sep=;', '_line', '_', 'Email', 'x backdate y'],
  ...[
    'Åsa Öström',
    'A\u030asa',
    '😀',
    '👨‍👩‍👧',
    'مرحبا',
    'שלום (x)',
    'n\u0303',
    '\u0301a',
    '日本',
    'ﬁ',
    'ſ',
    'ß',
    'SS',
    'ss',
  ],
  ...[
    'İstanbul',
    'istanbul',
    'ıstanbul',
    'ISTANBUL',
    'ΟΔΟΣ',
    'οδος',
    'οδοσ',
    'Ǆ',
    'ǆ',
    'ǅ',
    '\u200bx',
    'x\u200dy',
    '\u202ea',
  ],
  ...[
    'MalmÃ¶',
    'a\u00a0b',
    'a  b',
    'a\u2003b',
    '\u00adx',
    'ï»¿x',
    '½',
    'Ⅷ',
    'ⅷ',
    '％',
    '＝1',
    '１',
    '\u2028x',
    'a\u2029b',
  ],
];

const wellFormed = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const hostile = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
const twoOdd = fc.tuple(fc.constantFrom(...ODD), fc.constantFrom('', ' ', ';', '\t', '\n'), fc.constantFrom(...ODD));
const anyText = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD) },
  { weight: 2, arbitrary: twoOdd.map((parts) => parts.join('')) },
  { weight: 2, arbitrary: wellFormed },
  { weight: 1, arbitrary: hostile },
);

/** A text as it is stored; null if it is not allowed. */
function storedText(given: string): string | null {
  const checked = given.isWellFormed() ? checkText(given.trim()) : null;
  return checked?.ok && checked.value !== '' && !isClearMarker(checked.value) ? checked.value : null;
}
const text = anyText.map(storedText).filter((value) => value !== null);
const name = text.map(tidyName).filter((value) => !isClearMarker(value));
const attributeName = name.filter((value) => {
  const key = headerKey(value);
  return key === nameKey(value) && !userFieldOf(key) && !key.endsWith(BACKDATE_SUFFIX) && !key.startsWith('_');
});

const externalId = fc
  .oneof(anyText, fc.stringMatching(/^0*[1-9][0-9]{0,6}$/))
  .map((given) => {
    const checked = given.isWellFormed() ? checkExternalId(given.trim()) : null;
    return checked?.ok && checked.value !== '' && !isClearMarker(checked.value) ? checked.value : null;
  })
  .filter((value) => value !== null);

const local = fc.oneof(
  fc.constantFrom(
    '=1+1',
    "'=x",
    "''-x",
    '-',
    '+',
    '#clear',
    'null',
    '42',
    'zaunkönig',
    'ÅSA',
    '用户',
    'a.b',
    '{|}~',
    'A',
  ),
  fc.stringMatching(/^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,10}$/),
);
const domain = fc.constantFrom('example.com', 'Example.ORG', 'bücher.example', 'x', '1.se', 'xn--bcher-kva.example');
const email = fc
  .tuple(local, fc.nat(99), domain)
  .map(([before, number, after]) => {
    const checked = checkEmail(`${before}${number}@${after}`);
    return checked.ok ? checked.value : null;
  })
  .filter((value) => value !== null);

const date = fc
  .oneof(
    fc.constantFrom('1000-01-01', '1582-10-10', '1899-12-31', '1900-02-28', '2000-02-29', '2024-02-29', '9999-12-31'),
    fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  )
  .map((day) => (typeof day === 'string' ? day : day.toISOString().slice(0, 10)));
const number = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^[0-9]{1,25}$/), fc.stringMatching(/^[0-9]{0,6}$/))
  .map(([sign, whole, fraction]) => canonical(sign, whole, fraction));

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });
const each = <T>(count: number, value: fc.Arbitrary<T>) =>
  fc.array(rarely(value), { minLength: count, maxLength: count });

const userAt = (columns: [choices: number, dates: number, numbers: number]) =>
  fc
    .record({
      email: fc.option(email, { freq: 4 }),
      externalId: fc.option(externalId, { freq: 2 }),
      firstName: text,
      lastName: rarely(text),
      language: fc.constantFrom(...LANGUAGES),
      participates: fc.boolean(),
      choices: each(columns[0], fc.nat(20)),
      dates: each(columns[1], date),
      numbers: each(columns[2], number),
      manager: rarely(fc.nat(1000)),
      mentor: rarely(fc.nat(1000)),
    })
    .filter((user) => user.email !== null || user.externalId !== null);

/** Organizations of 20 to 60 people. `writeOrganization` leaves out values that two people cannot both have. */
export const randomOrganization: fc.Arbitrary<RandomOrganization> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }))
  .chain((columns) => {
    const names = (count: number) => fc.array(attributeName, { minLength: count, maxLength: count });
    const choice = fc.record({
      name: attributeName,
      segments: fc.array(name, { minLength: 1, maxLength: 12 }),
      aliases: fc.array(name, { maxLength: 3 }),
    });
    return fc.record({
      choices: fc.array(choice, { minLength: columns[0], maxLength: columns[0] }),
      dates: names(columns[1]),
      numbers: names(columns[2]),
      people: fc.array(userAt(columns), { minLength: 20, maxLength: 60 }),
    });
  });

/**
 * Writes the organization into the tables of one that has the standard attributes. Duplicates (people, names) are left
 * out; the database detects them. Returns the number of people.
 */
export async function writeOrganization(sql: postgres.Sql, of: string, random: RandomOrganization): Promise<number> {
  const attribute = async (wanted: string, type: string): Promise<number | undefined> => {
    const [made] = await sql<{ id: number }[]>`insert into attributes (organization_id, name, type)
      values (${of}, ${wanted}, ${type}) on conflict do nothing returning id`;
    return made?.id;
  };
  const choices = await inTurn(random.choices, async (choice) => {
    const id = await attribute(choice.name, 'choices');
    return id === undefined ? undefined : { id, segments: await writeSegments(sql, of, id, choice) };
  });
  const dates = await inTurn(random.dates, (wanted) => attribute(wanted, 'dates'));
  const numbers = await inTurn(random.numbers, (wanted) => attribute(wanted, 'numbers'));
  const mentor = await attribute('Mentor', 'users');
  const [manager] = await sql<
    { id: number }[]
  >`select id from attributes where organization_id = ${of} and name = 'Manager'`;

  const users: { id: number; person: RandomUser }[] = [];
  for (const person of random.people) {
    const [user] = await sql<{ id: number }[]>`
      insert into users (organization_id, email, external_id, first_name, last_name, language, participates)
      values (${of}, ${person.email}, ${person.externalId}, ${person.firstName}, ${person.lastName}, ${person.language},
        ${person.participates}) on conflict do nothing returning id`;
    if (user) users.push({ id: user.id, person });
  }
  const rows = users.map(({ id, person }, at) => {
    const values: [number | undefined, string | number | null | undefined][] = [
      ...choices.map((choice, n): [number | undefined, number | undefined] => {
        const wanted = person.choices[n];
        return [choice?.id, wanted == null ? undefined : choice?.segments[wanted % choice.segments.length]];
      }),
      ...dates.map((key, n): [number | undefined, string | null | undefined] => [key, person.dates[n]]),
      ...numbers.map((key, n): [number | undefined, string | null | undefined] => [key, person.numbers[n]]),
      [manager?.id, person.manager === null || at === 0 ? null : users[person.manager % at]?.id],
      [mentor, person.mentor === null ? null : users[(at + 1 + (person.mentor % users.length)) % users.length]?.id],
    ];
    const kept = values.filter(([key, value]) => key !== undefined && value != null && value !== id);
    return { user: id, values: Object.fromEntries(kept) };
  });
  await sql`insert into memberships (user_id, organization_id, "values", since)
    select r."user", ${of}, r."values", '2024-01-01'
    from jsonb_to_recordset(${sql.json(rows)}) as r("user" bigint, "values" jsonb)`;
  return users.length;
}

async function writeSegments(
  sql: postgres.Sql,
  of: string,
  attribute: number,
  { segments, aliases }: RandomOrganization['choices'][number],
): Promise<number[]> {
  const made = await inTurn(segments, async (segment) => {
    const [row] = await sql<{ id: number }[]>`insert into segments (organization_id, attribute_id, name)
      values (${of}, ${attribute}, ${segment}) on conflict do nothing returning id`;
    return row?.id;
  });
  const ids = made.filter((id) => id !== undefined);
  for (const alias of aliases) {
    await sql`insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
      select ${of}, ${attribute}, ${ids[0] ?? 0}, ${alias}::text where not exists (
        select from segments where attribute_id = ${attribute} and name_key = fold_name(${alias}))
      on conflict do nothing`;
  }
  return ids;
}

async function inTurn<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const done: U[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}
