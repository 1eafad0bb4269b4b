import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';

/** As many attributes as a file may have columns, more rows of them than a page holds, and the longest names. */
const ATTRIBUTES = 500;
const WIDE_ROWS = 20;
const ROWS = 200;
const LONGEST_NAME = 200;
const MOST_BYTES = 1_000_000;

const sql = openDatabase();
let api: TestApi;
let organization: TestOrganization;
let token: string;
let edit: { id: number; massEditId: string };
/** The list's path below the organization, its items, and their number. */
type ListCase = { path: string; items: (body: Body) => unknown[]; many: number };
// biome-ignore lint/suspicious/noExplicitAny: a test looks at what came, whatever it is
type Body = any;
let user: string;
let survey: string;

beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('pages') });
  organization = await newOrganization(sql);
  token = await tokenFor(sql, organization, 'admin');
  await seed();
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

async function get(path: string): Promise<{ bytes: number; body: Body }> {
  const answer = await fetch(`${api.url}/v1/organizations/${organization.id}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  expect(answer.status, text.slice(0, 500)).toBe(200);
  return { bytes: Buffer.byteLength(text), body: JSON.parse(text) };
}

/** Follows a list to its end. */
async function pagesOf(path: string): Promise<{ bytes: number; body: Body }[]> {
  const pages = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await get(`${path}${path.includes('?') ? '&' : '?'}limit=${ROWS}${cursor && `&cursor=${cursor}`}`);
    pages.push(page);
    cursor = page.body.nextCursor;
  }
  return pages;
}

const itemsOf = (body: Body): unknown[] => body.items;
const HISTORY = (body: Body): unknown[] => [...body.memberships, ...body.changes];
const COMMENTS = (body: Body): unknown[] =>
  body.segments.flatMap(({ segment, comments }: Body) => comments.map((comment: string) => `${segment} ${comment}`));

/** Every list, by its route. A list that is missing here fails the first test. */
const LISTS: Record<string, () => ListCase> = {
  '/users': () => ({ path: 'users', items: itemsOf, many: WIDE_ROWS + 1 }),
  '/users/{userId}/history': () => ({ path: `users/${user}/history`, items: HISTORY, many: ATTRIBUTES * 4 }),
  '/attributes': () => ({ path: 'attributes', items: itemsOf, many: ATTRIBUTES + 6 }),
  '/attributes/{attributeId}/segments': () => ({ path: `attributes/${aliased}/segments`, items: itemsOf, many: ROWS }),
  '/tokens': () => ({ path: 'tokens', items: itemsOf, many: ROWS + 1 }),
  '/surveys': () => ({ path: 'surveys', items: itemsOf, many: ROWS }),
  '/surveys/{surveyId}/report': () => ({
    path: `surveys/${survey}/report?attribute=Department`,
    items: COMMENTS,
    many: ROWS * 3,
  }),
  '/mass-edits': () => ({ path: 'mass-edits', items: itemsOf, many: 20 }),
  '/mass-edits/{massEditId}/rows': () => ({
    path: `mass-edits/${edit.massEditId}/rows?show=created`,
    items: itemsOf,
    many: WIDE_ROWS,
  }),
  '/mass-edits/{massEditId}/findings': () => ({
    path: `mass-edits/${edit.massEditId}/findings`,
    items: itemsOf,
    many: ROWS * 3,
  }),
};
let aliased: string;

describe('a list', () => {
  it('is measured in this test', async () => {
    const { paths } = await (await fetch(`${api.url}/openapi.json`)).json();
    const prefix = '/v1/organizations/{organizationId}';
    const lists = Object.entries<Body>(paths).flatMap(([path, { get: route }]) =>
      JSON.stringify(route?.responses?.['200'] ?? '').includes('nextCursor') ? [path.replace(prefix, '')] : [],
    );
    expect(lists.sort()).toEqual(Object.keys(LISTS).sort());
  });

  it.each(Object.keys(LISTS))('%s ends its pages at 1 MB and loses no item', async (route) => {
    const { path, items, many } = LISTS[route]!();
    const pages = await pagesOf(path);
    for (const { bytes } of pages) expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    const all = pages.flatMap(({ body }) => items(body)).map((item) => JSON.stringify(item));
    expect(all).toHaveLength(many);
    expect(new Set(all).size).toBe(many);
    if (!SMALL.includes(route)) expect(pages.length).toBeGreaterThan(2);
  });
});

/** Lists whose items are so small that pages end at their limit first. */
const SMALL = ['/attributes', '/tokens', '/surveys'];

describe('a mass edit', () => {
  it('shows 200 characters of each header', async () => {
    const { body, bytes } = await get(`mass-edits/${edit.massEditId}`);
    expect(body.file.reading).toHaveLength(ATTRIBUTES);
    for (const { header } of body.file.reading) expect(header).toHaveLength(200);
    // As the database has it, and as a format of an earlier version has it.
    const [{ longest }] = await sql<[{ longest: number }]>`select max(length(cell))::int as longest
      from mass_edits, jsonb_array_elements_text(reading -> 'header') cell where organization_id = ${organization.id}`;
    expect(longest).toBe(200);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});

describe('a row', () => {
  it('that fills a page is a page of its own, and its values are cut', async () => {
    const wide = await wideRows();
    const pages = await pagesOf(`mass-edits/${wide}/rows`);
    expect(pages.map(({ body }) => body.items.map(({ line }: Body) => line))).toEqual([[2], [3]]);
    for (const { body, bytes } of pages) {
      expect(bytes).toBeGreaterThan(MOST_BYTES / 2);
      expect(bytes).toBeLessThan(MOST_BYTES);
      expect(body.items[0].findings).toHaveLength(100);
      for (const { before, after } of body.items[0].changes) {
        expect((before ?? after).length).toBeLessThanOrEqual(255);
        expect(after.length).toBeLessThanOrEqual(255);
      }
    }
  });
});

async function endedEdit(): Promise<{ id: number; massEditId: string }> {
  const stored = await storeMassEdit(sql, organization, 'Email\n');
  await sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now() where id = ${stored.id}`;
  await sql`update stages set status = 'done', started_at = now(), step = 1 where mass_edit_id = ${stored.id}`;
  return stored;
}

/** Two rows with the longest values from before the length limits, in letters of three bytes. */
async function wideRows(): Promise<string> {
  const { id, massEditId } = await endedEdit();
  await sql`insert into plan_rows (mass_edit_id, user_id, organization_id, line, action, email, attributes_before, attributes_after)
    select ${id}, -line, ${organization.id}, line, 'create', line || '@example.com', v, v
    from generate_series(2, 3) line, (select jsonb_object_agg(id, repeat('語', 10000)) as v from attributes
      where organization_id = ${organization.id} and type = 'numbers') w`;
  await sql`insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value)
    select ${id}, ${organization.id}, line, 1, 'error', 'NUMBER_INVALID', 'Column ' || n, repeat('語', 200)
    from generate_series(2, 3) line, generate_series(1, 500) n`;
  return massEditId;
}

async function seed(): Promise<void> {
  const { id } = organization;
  edit = await endedEdit();
  const long = (text: string) => sql`rpad(${text} || n, ${LONGEST_NAME}, 'é')`;
  await sql`insert into attributes (organization_id, name, type)
    select ${id}, ${long('Attribute ')}, case when n <= 250 then 'choices' else 'numbers' end
    from generate_series(1, ${ATTRIBUTES}::int) n`;
  await sql`insert into segments (organization_id, attribute_id, name)
    select ${id}, id, rpad('Segment ', ${LONGEST_NAME}, 'é') from attributes
    where organization_id = ${id} and name like 'Attribute %' and type = 'choices'`;
  const [wide] = await sql`select jsonb_object_agg(a.id, case a.type when 'choices' then to_jsonb(s.id)
      else to_jsonb(rpad('1', 100, '7')) end) as values
    from attributes a left join segments s on s.attribute_id = a.id
    where a.organization_id = ${id} and a.name like 'Attribute %'`;
  const values = sql.json(wide!.values);
  await sql`insert into users (organization_id, email, first_name)
    select ${id}, 'person' || n || '@example.com', ${long('Person ')} from generate_series(1, ${WIDE_ROWS}::int) n`;
  await sql`insert into memberships (user_id, organization_id, "values", since)
    select id, organization_id, ${values}, '2024-01-01' from users where organization_id = ${id}`;
  const [someone] =
    await sql`select id, public_id from users where organization_id = ${id} and email = 'person1@example.com'`;
  user = someone!.public_id;
  await sql`insert into changes (organization_id, user_id, at, before, after)
    select ${id}, ${someone!.id}, now() - n * interval '1 minute', '{}', v from generate_series(1, 3) n,
      (select jsonb_object_agg('@' || key, value) as v from jsonb_each(${values})) w`;
  const [attribute] = await sql`select public_id, id from attributes
    where organization_id = ${id} and type = 'choices' and name = 'Country'`;
  aliased = attribute!.public_id;
  await sql`insert into segments (organization_id, attribute_id, name)
    select ${id}, ${attribute!.id}, ${long('Country ')} from generate_series(1, ${ROWS}::int) n`;
  await sql`insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
    select ${id}, attribute_id, id, rpad('Alias ' || n || ' of ' || id, ${LONGEST_NAME}, 'é')
    from segments, generate_series(1, 100) n where attribute_id = ${attribute!.id}`;
  await sql`insert into tokens (organization_id, user_id, role, name, hash)
    select ${id}, ${organization.uploader}, 'viewer', ${long('Token ')}, sha256(convert_to(${id} || n, 'UTF8'))
    from generate_series(1, ${ROWS}::int) n`;
  await sql`insert into surveys (organization_id, name, sent_on)
    select ${id}, ${long('Survey ')}, '2024-01-01' from generate_series(1, ${ROWS}::int) n`;
  const [first] = await sql`select id, public_id from surveys where organization_id = ${id} order by id limit 1`;
  survey = first!.public_id;
  await sql`insert into segments (organization_id, attribute_id, name)
    select ${id}, ${organization.attributes.Department!}, 'Team ' || n from generate_series(1, 2) n`;
  await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
    select ${id}, ${first!.id}, ${someone!.id}, '2024-01-01', 'Why?', 3, rpad('Comment ' || n, 10000, 'é'), u, u
    from generate_series(1, ${ROWS}::int) n, (
      select jsonb_build_object(attribute_id, id) as u from segments where attribute_id = ${organization.attributes.Department!}
      union all select '{}') w`;
  const reading = { header: Array.from({ length: ATTRIBUTES }, (_, n) => `${n} `.padEnd(10_000, 'é')) };
  for (let more = 1; more < 20; more++) await endedEdit();
  await sql`update mass_edits set reading = ${sql.json(reading)} where organization_id = ${id}`;
  await sql.unsafe(
    await readFile(resolve(import.meta.dirname, '../../db/migrations/0008_reading_headers.sql'), 'utf8'),
  );
  await sql`insert into plan_rows (mass_edit_id, user_id, organization_id, line, action, email, attributes_before, attributes_after)
    select ${edit.id}, 1000000000000 + n, ${id}, n + 1, 'create', n || '@example.com', ${values}, ${values}
    from generate_series(1, ${WIDE_ROWS}::int) n`;
  await sql`insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
    select ${edit.id}, ${id}, line, 1, 'error', 'NUMBER_INVALID', ${'é'.repeat(200)}, rpad('Value ' || line || n, 1000, 'é'),
      jsonb_build_object('path', repeat('é', 10000))
    from generate_series(1, ${ROWS}::int) line, generate_series(1, 3) n`;
}
