import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { newId } from './references.ts';
import type { Answer, Organization, Segment, User, Value } from './types.ts';

/** A model organization in the database, with the keys of its rows. */
export type StoredOrganization = {
  id: string;
  uploader: number;
  /** The model's ids by database key. */
  people: Map<number, string>;
};

/** Writes an organization directly into the tables. */
export async function storeOrganization(sql: postgres.Sql, from: Organization): Promise<StoredOrganization> {
  const id = randomUUID();
  await sql`insert into organizations (id, name, time_zone) values (${id}, 'Model', ${from.timeZone})`;
  const attributes = new Map<string, number>();
  const segments = new Map<string, number>();
  for (const { name, type, hierarchy, segments: of } of from.attributes) {
    const [row] = await sql<{ id: number }[]>`insert into attributes (organization_id, name, type, hierarchy, is_birth)
      values (${id}, ${name}, ${type}, ${hierarchy}, ${name === 'Date of Birth'}) returning id`;
    attributes.set(name, row!.id);
    for (const segment of of) segments.set(`${name}/${segment.name}`, await storeSegment(sql, id, row!.id, segment));
  }
  const keys = new Map<string, number>();
  for (const user of from.people) keys.set(user.id, await storeUser(sql, id, user));
  const stored = (attribute: string, value: Value): string | number => {
    const type = from.attributes.find(({ name }) => name === attribute)?.type;
    if (type === 'choices') return segments.get(`${attribute}/${value}`)!;
    return type === 'users' ? keys.get(value)! : value;
  };
  const byKey = (values: Record<string, Value>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [attributes.get(name), stored(name, value)]));
  for (const person of from.people) {
    const held = Object.entries(person.values);
    const sinceOf = Object.fromEntries(held.map(([name, { since }]) => [attributes.get(name), since]));
    const values = byKey(Object.fromEntries(held.map(([name, { value }]) => [name, value])));
    await sql`insert into memberships (user_id, organization_id, "values", since, since_of)
      values (${keys.get(person.id)!}, ${id}, ${sql.json(values)}, ${from.today}, ${sql.json(sinceOf)})`;
  }
  for (const { person, attribute, value, from: first, to } of from.history)
    await sql`insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      values (${id}, ${keys.get(person)!}, ${attributes.get(attribute)!}, daterange(${first}, ${to}), ${sql.json(stored(attribute, value))})`;
  for (const survey of from.surveys) {
    const [row] = await sql<{ id: number }[]>`insert into surveys (organization_id, name, sent_on)
      values (${id}, ${survey.name}, ${survey.sentOn}) returning id`;
    for (const answer of from.answers.filter((one) => one.survey === survey.name))
      await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under, removed_at)
        values (${id}, ${row!.id}, ${keys.get(answer.person)!}, ${answer.answeredOn}, ${answer.question}, ${answer.score}, ${answer.comment},
          ${sql.json(byKey(answer.scoreUnder))}, ${sql.json(byKey(answer.commentUnder))},
          now() - ${answer.removedDaysAgo}::int * interval '1 day')`;
  }
  const users = new Map([...keys].map(([name, key]) => [key, name]));
  return { id, uploader: keys.get(from.uploader)!, people: users };
}

/** The current organization. Users that the model did not create get their identity as id. */
export async function readOrganization(
  sql: postgres.Sql,
  stored: StoredOrganization,
  was: Organization,
): Promise<Organization> {
  const of = stored.id;
  const rows = await sql<(Omit<User, 'id' | 'values'> & { key: number })[]>`
    select id as key, email, external_id as "externalId", first_name as "firstName", last_name as "lastName", language,
      participates, role, case when deleted_at is not null then 0 end as "deletedDaysAgo",
      (select count(*)::int from tokens t where t.user_id = users.id and t.name = 'model') as tokens
    from users where organization_id = ${of} order by id`;
  for (const row of rows) if (!stored.people.has(row.key)) stored.people.set(row.key, newId(row));
  const attributes = await sql<{ key: number; name: string; type: string }[]>`
    select id as key, name, type from attributes where organization_id = ${of}`;
  const segments = await sql<{ key: number; attribute: number; name: string }[]>`
    select id as key, attribute_id as attribute, name from segments where organization_id = ${of} order by id`;
  const told = (attribute: number, value: string | number): Value => {
    const type = attributes.find(({ key }) => key === attribute)?.type;
    if (type === 'choices') return segments.find(({ key }) => key === value)?.name ?? `no segment ${value}`;
    return type === 'users' ? (stored.people.get(Number(value)) ?? `unknown ${value}`) : String(value);
  };
  const nameOf = (attribute: number): string =>
    attributes.find(({ key }) => key === attribute)?.name ?? String(attribute);
  const inWords = (values: Record<string, string | number>): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [nameOf(Number(key)), told(Number(key), value)]));
  const memberships = await sql<{ key: number; attribute: number; value: string | number; since: string }[]>`
    select user_id as key, k.key::bigint as attribute, k.value, coalesce(since_of ->> k.key, since::text) as since
    from memberships, jsonb_each("values") k where organization_id = ${of}`;
  const periods = await sql<{ key: number; attribute: number; value: string | number; from: string; to: string }[]>`
    select user_id as key, attribute_id as attribute, value, lower(period)::text as from, upper(period)::text as to
    from membership_periods where organization_id = ${of}`;
  const answers = await sql<(Omit<Answer, 'person'> & { key: number })[]>`
    select a.user_id as key, s.name as survey, answered_on::text as "answeredOn", question, score, comment,
      score_under as "scoreUnder", comment_under as "commentUnder",
      extract(day from now() - removed_at)::int as "removedDaysAgo"
    from answers a join surveys s on s.id = a.survey_id where a.organization_id = ${of}`;
  return {
    ...was,
    attributes: was.attributes.map((attribute) => {
      const key = attributes.find(({ name }) => name === attribute.name)?.key;
      const names = segments.filter((segment) => segment.attribute === key).map(({ name }) => name);
      const known = (name: string) => attribute.segments.find((segment) => segment.name === name);
      return { ...attribute, segments: names.map((name) => known(name) ?? { name, aliases: [] }) };
    }),
    people: rows.map(({ key, ...person }) => ({
      id: stored.people.get(key)!,
      ...person,
      values: Object.fromEntries(
        memberships
          .filter((membership) => membership.key === key)
          .map(({ attribute, value, since }) => [nameOf(attribute), { value: told(attribute, value), since }]),
      ),
    })),
    history: periods.map(({ key, attribute, value, from, to }) => {
      return {
        person: stored.people.get(key) ?? `unknown ${key}`,
        attribute: nameOf(attribute),
        value: told(attribute, value),
        from,
        to,
      };
    }),
    answers: answers.map(({ key, scoreUnder, commentUnder, ...answer }) => ({
      ...answer,
      person: stored.people.get(key) ?? `unknown ${key}`,
      scoreUnder: inWords(scoreUnder),
      commentUnder: inWords(commentUnder),
    })),
  };
}

async function storeSegment(sql: postgres.Sql, of: string, attribute: number, segment: Segment): Promise<number> {
  const { name, aliases, lowerNumber = null, upperNumber = null, lowerDay = null, upperDay = null } = segment;
  const [row] = await sql<{ id: number }[]>`
    insert into segments (organization_id, attribute_id, name, lower_number, upper_number, lower_day, upper_day)
    values (${of}, ${attribute}, ${name}, ${lowerNumber}, ${upperNumber}, ${lowerDay}, ${upperDay}) returning id`;
  for (const alias of aliases)
    await sql`insert into segment_aliases (organization_id, attribute_id, segment_id, alias) values (${of}, ${attribute}, ${row!.id}, ${alias})`;
  return row!.id;
}

async function storeUser(sql: postgres.Sql, of: string, user: User): Promise<number> {
  const { email, externalId, firstName, lastName, language, participates, role, deletedDaysAgo } = user;
  const [row] = await sql<{ id: number }[]>`
    insert into users (organization_id, email, external_id, first_name, last_name, language, participates, role, deleted_at)
    values (${of}, ${email}, ${externalId}, ${firstName}, ${lastName}, ${language}, ${participates}, ${role},
      now() - ${deletedDaysAgo}::int * interval '1 day') returning id`;
  await sql`insert into tokens (organization_id, user_id, role, name, hash)
    select ${of}, ${row!.id}, 'viewer', 'model', sha256(convert_to(${of} || ${row!.id}::text || n, 'UTF8'))
    from generate_series(1, ${user.tokens}::int) n`;
  return row!.id;
}
