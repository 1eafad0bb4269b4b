import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';
import { ATTRIBUTES, COLUMNS } from '../workload/data.ts';
import { BROKEN_ROWS, columnOf } from './sql-lower-bound-rules.ts';

/**
 * The limit: COPY of the file into a staging table, and the same rules as a few statements over all rows, in one
 * transaction. It has no chunks, no checkpoints, no before-images and no gate. It is the lower bound for a program
 * without those duties. It ends at the first row with an error, while the product finds and reports every error. It
 * knows only the twelve columns of the benched file.
 *
 * @param sql a superuser's, one connection: no row-level security either
 * @param organizationId one with the benched attributes; deletes the users that are missing from the file if
 *   `deleteMissing`
 * @returns seconds from the first byte of the file to the commit
 */
export async function importBySqlLowerBound(
  sql: postgres.Sql,
  organizationId: string,
  csv: Iterable<string>,
  deleteMissing: boolean,
): Promise<{ seconds: number; steps: Record<string, number> }> {
  const steps: Record<string, number> = {};
  const began = performance.now();
  await sql.begin(async (tx) => {
    const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const from = performance.now();
      await work();
      steps[name] = (performance.now() - from) / 1000;
    };
    await tx.unsafe(STAGING);
    await step('copy', async () => {
      const columns = COLUMNS.map((_, index) => `c${index}`).join(', ');
      const into = await tx.unsafe(`copy raw (${columns}) from stdin (format csv, header, delimiter ';')`).writable();
      await pipeline(Readable.from(csv), into);
    });
    await tx.unsafe('analyze raw');
    const ids = await attributeIds(tx, organizationId);
    for (const [name, statement] of Object.entries(statementsOf(organizationId, ids, deleteMissing)))
      await step(name, () => tx.unsafe(statement));
  });
  return { seconds: (performance.now() - began) / 1000, steps };
}

const STAGING = `
  create temp table raw (line int generated always as identity, ${COLUMNS.map((_, index) => `c${index} text`).join(', ')})
    on commit drop;`;

const CHOICES = ATTRIBUTES.filter(({ type }) => type === 'choices').map(({ name }) => name);

async function attributeIds(tx: postgres.TransactionSql, organizationId: string): Promise<Record<string, number>> {
  const found = await tx<{ id: number; name: string }[]>`
    select id, name from attributes where organization_id = ${organizationId}`;
  return Object.fromEntries(found.map(({ id, name }) => [name, id]));
}

function statementsOf(
  organization: string,
  ids: Record<string, number>,
  deleteMissing: boolean,
): Record<string, string> {
  const employed = columnOf('Employment Date');
  const salary = columnOf('Salary');
  const manager = columnOf('Manager');
  const managerId = ids.Manager;
  return {
    rules: `
      do $$ begin
        if exists (${BROKEN_ROWS})
          or exists (select from raw group by fold(c0) having count(*) > 1)
          or exists (select from raw group by fold(c1) having count(*) > 1) then raise 'a row is wrong';
        end if;
      end $$`,
    segments: `
      create temp table named on commit drop as
      select attribute_id, raw, fold_name(raw) as key from (
        ${CHOICES.map((name) => `select distinct ${ids[name]}::bigint as attribute_id, ${columnOf(name)} as raw from raw`).join(' union all ')}
      ) d where raw <> '';
      insert into segments (organization_id, attribute_id, name)
      select '${organization}', attribute_id, min(raw) from named group by attribute_id, key on conflict do nothing;
      create temp table segment_of on commit drop as
      select n.attribute_id, n.raw, s.id from named n join segments s on s.attribute_id = n.attribute_id and s.name_key = n.key;
      analyze segment_of`,
    match: `
      create temp table matched on commit drop as
      select r.line, r.c0 as email, fold(r.c0) as email_key, fold(r.c1) as external_id_key, r.c1 as external_id,
        coalesce(i.id, e.id, nextval('users_id_seq')) as id, i.id is null and e.id is null as is_new,
        i.id <> e.id as conflict, fold(r.${manager}) as manager
      from raw r
      left join users i on i.organization_id = '${organization}' and i.deleted_at is null and i.external_id_key = fold(r.c1)
      left join users e on e.organization_id = '${organization}' and e.deleted_at is null and e.email_key = fold(r.c0)
      order by r.line;
      analyze matched;
      do $$ begin
        if exists (select from matched where conflict or manager in (email_key, external_id_key)) then
          raise 'a row is about two people, or names itself';
        end if;
      end $$`,
    wanted: `
      create temp table wanted on commit drop as
      select m.id, m.line, m.is_new, p.manager, jsonb_strip_nulls(jsonb_build_object(
        ${CHOICES.map((name, index) => `'${ids[name]}', s${index}.id`).join(', ')},
        '${ids['Employment Date']}', r.${employed}, '${ids.Salary}', r.${salary}, '${managerId}', p.manager)) as "values"
      from matched m join raw r on r.line = m.line
      left join matched i on i.external_id_key = m.manager
      left join matched e on e.email_key = m.manager
      cross join lateral (select coalesce(i.id, e.id,
        (select id from users u where u.organization_id = '${organization}' and u.deleted_at is null and u.external_id_key = m.manager),
        (select id from users u where u.organization_id = '${organization}' and u.deleted_at is null and u.email_key = m.manager)
      ) as manager offset 0) p
      ${CHOICES.map(
        (name, index) =>
          `left join segment_of s${index} on s${index}.attribute_id = ${ids[name]} and s${index}.raw = r.${columnOf(name)}`,
      ).join('\n')};
      create index on wanted (id); analyze wanted`,
    cycles: `
      do $$ begin
        if exists (select from matched m join wanted w on w.id = m.id where m.manager is not null and w.manager is null)
          or (with recursive down as (
              select id from wanted where manager is null
              union all select w.id from wanted w join down d on w.manager = d.id)
            select count(*) from down) <> (select count(*) from wanted) then raise 'a user is in a cycle';
        end if;
      end $$`,
    users: `
      insert into users (id, organization_id, email, external_id, first_name, last_name, language)
      select w.id, '${organization}', r.c0, r.c1, r.c2, r.c3, r.c4 from wanted w join raw r on r.line = w.line
      where w.is_new order by w.id;
      update users u set first_name = r.c2, last_name = r.c3, language = r.c4
      from wanted w join raw r on r.line = w.line
      where u.id = w.id and not w.is_new and (u.first_name, u.last_name, u.language) is distinct from (r.c2, r.c3, r.c4)`,
    memberships: `
      insert into memberships (user_id, organization_id, "values", since)
      select id, '${organization}', "values", current_date from wanted where is_new order by id;
      insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      select '${organization}', w.id, k.key::bigint, daterange(coalesce((m.since_of ->> k.key)::date, m.since), current_date), k.value
      from wanted w join memberships m on m.user_id = w.id cross join lateral jsonb_each(m."values") k
      where m."values" <> w."values" and w."values" -> k.key is distinct from k.value
        and coalesce((m.since_of ->> k.key)::date, m.since) < current_date order by w.id;
      update memberships m set "values" = m."values" || w."values", since_of = m.since_of || (
          select coalesce(jsonb_object_agg(k, current_date::text), '{}') from jsonb_each(w."values") as c(k, v)
          where m."values" -> k is distinct from v)
      from wanted w where m.user_id = w.id and not m."values" @> w."values"`,
    ...(deleteMissing && {
      missing: `
        create temp table gone on commit drop as
        select u.id from users u where u.organization_id = '${organization}' and u.deleted_at is null and u.role <> 'admin'
          and not exists (select from wanted w where w.id = u.id);
        update users u set deleted_at = now() from gone g where u.id = g.id;
        update memberships m set "values" = m."values" - '${managerId}', since_of = m.since_of - '${managerId}'
        from gone g where m.organization_id = '${organization}' and (m."values" ->> '${managerId}')::bigint = g.id`,
    }),
  };
}
