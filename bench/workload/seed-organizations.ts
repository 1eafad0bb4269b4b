import type postgres from 'postgres';
import { ATTRIBUTES } from './data.ts';
import { type History, historyOf, type Others, seedHistory } from './seed-history.ts';

/**
 * Fills a database with other organizations and their history, as the product leaves them, with set-based SQL. A tenth
 * of the organizations has nine tenths of the people and all of the mass edits. Each organization has seven attributes
 * with segments, a manager tree six wide, closed memberships, two surveys with answers and a token. One person in fifty
 * is deleted. Emails and external ids are the same in every organization. The first mass edit of an organization
 * created its people, the later ones changed some, the last one deleted. All constraints and triggers hold. Nothing is
 * analyzed. A second call adds as much again.
 *
 * @param sql a superuser's connections
 * @param others at least 1 organization, and at least 2 people for each. A mass edit has at most as many rows as its
 *   organization has people, so fewer than `planRows` may come out
 */
export async function seedOtherOrganizations(sql: postgres.Sql, others: Others): Promise<void> {
  const sizes = sizesOf(others);
  const history = historyOf(others, sizes);
  const places = await placesOf(sql, sizes, history);
  await sql.begin(async (tx) => {
    await placeOrganizations(tx, places);
    await tx.unsafe(ORGANIZATIONS);
    for (const statement of PEOPLE) await tx.unsafe(statement);
    await seedHistory(tx, history);
    for (const table of others.aged ? AGED : []) await tx.unsafe(rewriting(table));
  });
}

/** Reserves consecutive ids of a table and returns the first. */
async function reserveIds(sql: postgres.Sql, table: string, count: number): Promise<number> {
  return sql.begin(async (tx) => {
    const sequence = `${table}_id_seq`;
    // Until the commit no other connection takes an id.
    await tx.unsafe(`alter sequence ${sequence} cache 1`);
    const [row] = await tx<{ first: number }[]>`select nextval(${sequence})::float8 as first`;
    await tx`select setval(${sequence}, ${row!.first + count}::bigint)`;
    return row!.first;
  });
}

/** The share of large organizations, and their share of the people. */
const LARGE = { organizations: 0.1, people: 0.9 };

/** The number of people of each organization; the large ones first. */
function sizesOf({ organizations, people }: Others): number[] {
  const large = Math.ceil(organizations * LARGE.organizations);
  const inSmall =
    large === organizations ? 0 : Math.max(organizations - large, people - Math.floor(people * LARGE.people));
  return [...shares(people - inSmall, large), ...shares(inSmall, organizations - large)];
}

/** Splits a number into parts that differ by one at most. */
const shares = (whole: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, part) => Math.floor(whole / parts) + (part < whole % parts ? 1 : 0));

const CHOICES = ATTRIBUTES.filter(({ type }) => type === 'choices');
/**
 * The largest number of segments of each choices attribute; with few people an eighth of them, as in the benched file.
 */
const SEGMENTS_AT_MOST = [400, 12_000, 600, 12_000];
const segmentsOf = (size: number, choice: number): number =>
  Math.max(1, Math.min(SEGMENTS_AT_MOST[choice]!, Math.floor(size / 8)));

type Place = {
  number: number;
  size: number;
  user: number;
  attribute: number;
  made: number | null;
  edits: number;
  firsts: number[];
  counts: number[];
};

/** Reserves the ids of each organization; organizations are numbered from 0. */
async function placesOf(sql: postgres.Sql, sizes: number[], history: History): Promise<Place[]> {
  const segments = sizes.map((size) => CHOICES.map((_, choice) => segmentsOf(size, choice)));
  const starts = async (table: string, parts: number[]): Promise<number[]> =>
    startsOf(await reserveIds(sql, table, sum(parts)), parts);
  const users = await starts('users', sizes);
  const attributes = await starts(
    'attributes',
    sizes.map(() => ATTRIBUTES.length),
  );
  const firsts = await starts('segments', segments.flat());
  const edits = await reserveIds(sql, 'mass_edits', history.edits.length);
  return sizes.map((size, number) => ({
    ...{ number, size, user: users[number]!, attribute: attributes[number]!, edits },
    made: history.firstOf.has(number) ? edits + history.firstOf.get(number)! : null,
    firsts: firsts.slice(number * CHOICES.length, (number + 1) * CHOICES.length),
    counts: segments[number]!,
  }));
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

/** The start of each of consecutive parts. */
function startsOf(first: number, parts: number[]): number[] {
  let next = first;
  return parts.map((part) => {
    const start = next;
    next += part;
    return start;
  });
}

/**
 * Creates the table `others`: for each organization its id, its number of people, where the ids of its people,
 * attributes and segments begin, and the number of segments of each choices attribute; and `other_segments`, the same
 * by attribute.
 */
async function placeOrganizations(tx: postgres.TransactionSql, places: Place[]): Promise<void> {
  await tx`create temp table others on commit drop as
    select o.*, uuidv7() as id from json_to_recordset(${JSON.stringify(places)}::text::json)
      as o(number int, size int, "user" bigint, attribute bigint, made bigint, edits bigint, firsts bigint[], counts int[])`;
  await tx`create temp table other_segments on commit drop as
    select number, attribute + place - 1 as attribute, first, count
    from others cross join unnest(firsts, counts) with ordinality as c(first, count, place)`;
  await tx`analyze others, other_segments`;
}

const LITERALS = {
  names: ATTRIBUTES.map(({ name }) => `'${name}'`).join(', '),
  types: ATTRIBUTES.map(({ type }) => `'${type}'`).join(', '),
  hierarchies: ATTRIBUTES.map(({ hierarchy }) => hierarchy).join(', '),
};
const [DATES, NUMBERS, USERS] = ['dates', 'numbers', 'users'].map((type) =>
  ATTRIBUTES.findIndex((attribute) => attribute.type === type),
);

/** Each person of the other organizations, by a number from 0. Number 0 is the administrator. The last fiftieth are deleted. */
const EACH_PERSON = `others o cross join lateral generate_series(0, o.size - 1) n`;
const isDeleted = 'n >= o.size - o.size / 50 and n > 0';
const SINCE = `current_date - 700 + n % 500`;
/** One person in five has changed department, on this day. */
const [MOVED, MOVED_ON] = ['n % 5 = 0', 'current_date - 60'];
const departmentOf = (number: string): string => `o.firsts[1] + (${number}) % o.counts[1]`;

/** The current membership of a person. */
const VALUES = `jsonb_strip_nulls(jsonb_build_object(
  ${CHOICES.map((_, c) => `(o.attribute + ${c})::text, o.firsts[${c + 1}] + (n * ${c + 1}::bigint) % o.counts[${c + 1}]`).join(', ')},
  (o.attribute + ${DATES})::text, (date '2000-01-01' + n % 9000)::text,
  (o.attribute + ${NUMBERS})::text, (24000 + n % 40000)::text,
  (o.attribute + ${USERS})::text, case when n > 0 then o."user" + (n - 1) / 6 end))`;

const ORGANIZATIONS = `
  insert into organizations (id, name, time_zone) select id, 'Other ' || number, 'Europe/Stockholm' from others order by number;
  insert into attributes (id, organization_id, name, type, hierarchy)
  select o.attribute + a.place - 1, o.id, a.name, a.type, a.hierarchy from others o
  cross join unnest(array[${LITERALS.names}], array[${LITERALS.types}], array[${LITERALS.hierarchies}])
    with ordinality as a(name, type, hierarchy, place);
  insert into segments (id, organization_id, attribute_id, name, created_by_mass_edit)
  select s.first + k, o.id, s.attribute, 'Segment ' || k, o.made
  from other_segments s join others o using (number) cross join lateral generate_series(0, s.count - 1) k order by 1;
  insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
  select o.id, s.attribute, s.first, 'Alias' from other_segments s join others o using (number);
  insert into surveys (organization_id, name, sent_on)
  select o.id, 'Survey ' || k, current_date - 90 * k from others o cross join generate_series(1, 2) k;
  insert into tokens (organization_id, user_id, role, name, hash)
  select id, "user", 'admin', 'seeded', sha256(convert_to(id::text, 'UTF8')) from others`;

const PEOPLE = [
  `insert into users (id, organization_id, email, external_id, first_name, last_name, role, deleted_at)
  select o."user" + n, o.id, case when n % 10 < 9 then 'person.' || n || '@example.com' end, 'E-' || lpad(n::text, 7, '0'),
    'First' || n % 100, 'Last' || n % 1000, case when n = 0 then 'admin' else 'user' end,
    case when ${isDeleted} then now() - interval '10 days' end
  from ${EACH_PERSON}`,
  `insert into memberships (user_id, organization_id, "values", since, since_of)
  select o."user" + n, o.id, ${VALUES}, ${SINCE},
    case when ${MOVED} then jsonb_build_object(o.attribute::text, (${MOVED_ON})::text) else '{}' end
  from ${EACH_PERSON}`,
  `insert into membership_periods (organization_id, user_id, attribute_id, period, value)
  select o.id, o."user" + n, o.attribute, daterange(${SINCE}, ${MOVED_ON}), to_jsonb(${departmentOf('n + 1')})
  from ${EACH_PERSON} where ${MOVED}`,
  `insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
  select s.organization_id, s.id, m.user_id, s.sent_on + 3, 'How is it?', 1 + m.user_id % 5, 'It is.', m."values", m."values"
  from others o join surveys s on s.organization_id = o.id cross join lateral generate_series(0, o.size - 1, 5) n
  cross join lateral (select * from memberships where user_id = o."user" + n offset 0) m`,
  `insert into changes (organization_id, user_id, by_user, before, after)
  select o.id, o."user" + n, o."user", '{"lastName": "Before"}', '{"lastName": "After"}' from ${EACH_PERSON} where n % 50 = 3`,
];

const AGED = ['users', 'memberships', 'plan_rows', 'findings', 'users', 'memberships', 'plan_rows', 'findings'];
const rewriting = (table: string): string => `update ${table} set organization_id = organization_id
  where organization_id in (select id from others) and ${table === 'users' || table === 'findings' ? 'id' : 'user_id'} % 3 = 0`;
