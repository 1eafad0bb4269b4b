import { type SQL, sql } from 'drizzle-orm';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import type { Action } from '../../rules/rows/plan-row.ts';
import { STAGES } from '../../workflows/stages.ts';
import { queryMany, type Transaction } from '../client.ts';
import { fieldsAfter } from '../sql/plan-row-fields.ts';
import { excerptSql } from '../sql/shown-length.ts';
import { ALL_USERS, lastUserPassed } from '../sql/stage-progress.ts';
import type { StoredFinding } from './findings.ts';

export type Shown = 'all' | 'errors' | 'warnings' | 'created' | 'updated' | 'unchanged';
/** The user of a row; `id` is the public id, null if the user does not exist (yet). */
export type RowUser = {
  id: string | null;
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
};
/** A row of the plan. Values are as stored: ids of segments and users, `YYYY-MM-DD`, canonical decimal text. */
export type PlanRowView = {
  line: number;
  action: Action;
  user: RowUser;
  restores: boolean;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  attributesBefore: Record<string, StoredValue> | null;
  attributesAfter: Record<string, StoredValue | null> | null;
  backdates: Record<string, string> | null;
  /** The answers that the row takes, or has taken, out of reports; null if it backdates no end of participation. */
  answersRemoved: { answers: number; comments: number } | null;
  findings: StoredFinding[];
};
export type PageOfRows = { massEditId: number; ended: boolean; show: Shown; after: number; limit: number };

/**
 * Rows of the plan in line order, after a line. After the end of the mass edit, a row that was planned and not applied
 * (cancelled, expired, stopped) counts as skipped.
 */
export async function planRowsPage(tx: Transaction, page: PageOfRows): Promise<PlanRowView[]> {
  return queryMany<PlanRowView>(
    tx,
    sql`with reached as (
      select case when not ${page.ended} then ${ALL_USERS} else coalesce((
        select ${lastUserPassed('Upsert users')} from stages where mass_edit_id = ${page.massEditId}
          and number = ${STAGES['Upsert users'].number} and started_at is not null), 0)
      end as user_id
    ), p as (
      select r.*, case when r.action in ('create', 'update') and r.user_id > (select user_id from reached) then 'skipped'
        else r.action end as came_to
      from plan_rows r where r.mass_edit_id = ${page.massEditId} and ${SHOWS[page.show](page)}
      order by r.line limit ${page.limit}
    )
    select p.line, p.came_to as action, p.restores, p.before,
      case when p.action in ('create', 'update') then ${fieldsAfter('p')} end as after,
      p.attributes_before as "attributesBefore", p.attributes_after as "attributesAfter", p.backdates,
      case when p.action in ('create', 'update') and p.backdates ? 'participates' then ${answersRemovedBy(page)} end
        as "answersRemoved",
      json_build_object('id', u.public_id, 'email', coalesce(u.email, p.email),
        'externalId', coalesce(u.external_id, p.external_id), 'firstName', coalesce(u.first_name, p.first_name),
        'lastName', coalesce(u.last_name, nullif(p.last_name, ''))) as user,
      coalesce((select json_agg(f) from (
        select line, severity, code, column_name as "column", value, details from findings f
        where f.mass_edit_id = p.mass_edit_id and f.line = p.line order by f.id limit ${FINDINGS_SHOWN}) f), '[]') as findings
    from p left join users u on u.id = p.user_id
    order by p.line`,
  );
}

/** Answers that were removed from reports, and those that an open mass edit will remove. */
const answersRemovedBy = ({ massEditId, ended }: PageOfRows): SQL => sql`(
  select json_build_object('answers', count(*), 'comments', count(a.comment)) from answers a
  where a.organization_id = p.organization_id and a.user_id = p.user_id and (
    exists (select from answers_before b where b.mass_edit_id = ${massEditId} and b.stage = ${STAGES['Backdating changes'].number} and b.answer_id = a.id
      and b.participation = 'removed')
    or (not ${ended} and a.removed_at is null
      and exists (select from surveys s where s.id = a.survey_id and s.sent_on >= (p.backdates ->> 'participates')::date))))`;

/** Users that the mass edit will delete or, after its end, has deleted; in id order, after one id. */
export async function deletedPage(
  tx: Transaction,
  page: Omit<PageOfRows, 'show'>,
): Promise<{ key: number; user: RowUser; tokens: number; reports: number }[]> {
  return queryMany(
    tx,
    sql`select m.user_id as key, json_build_object('id', u.public_id, 'email', u.email, 'externalId', u.external_id,
          'firstName', u.first_name, 'lastName', u.last_name) as user, m.reports,
          coalesce(m.tokens_ended, (select count(*)::int from tokens t where t.organization_id = m.organization_id
            and t.user_id = m.user_id and (t.expires_at is null or t.expires_at > now()))) as tokens
        from missing_users m join users u on u.id = m.user_id
        where m.mass_edit_id = ${page.massEditId} and m.user_id > ${page.after} and m.kept is null
          and (m.outcome = 'deleted' or (m.outcome is null and not ${page.ended}))
        order by m.user_id limit ${page.limit}`,
  );
}

/** The names of the ids in plan rows. */
export type Names = { segments: Map<number, string>; people: Map<number, string> };

/** Findings shown with a row: a row of 500 columns can have more. The list of findings has all. */
export const FINDINGS_SHOWN = 100;

/** Looks up names. Planned segments, and users that the file creates, are included. */
export async function displayNamesOf(
  tx: Transaction,
  massEditId: number,
  asked: { segments: number[]; people: number[] },
): Promise<Names> {
  const segments = await queryMany<{ id: number; name: string }>(
    tx,
    sql`select id, ${excerptSql('name')} as name from segments where id = any(${sql.param(asked.segments)}::bigint[])
        union all
        select p.id, ${excerptSql('coalesce(s.name, p.name)')} from planned_segments p left join segments s on s.id = p.segment_id
        where p.mass_edit_id = ${massEditId} and p.id = any(${sql.param(asked.segments)}::bigint[])
          and not exists (select from segments t where t.id = p.id)`,
  );
  const users = await queryMany<{ id: number; person: string }>(
    tx,
    sql`select id, ${excerptSql('coalesce(email, external_id)')} as person from users
          where id = any(${sql.param(asked.people)}::bigint[])
        union all
        select p.user_id, ${excerptSql('coalesce(p.email, p.external_id)')} from plan_rows p
        where p.mass_edit_id = ${massEditId} and p.action = 'create'
          and p.user_id = any(${sql.param(asked.people)}::bigint[])
          and not exists (select from users u where u.id = p.user_id)`,
  );
  return {
    segments: new Map(segments.map(({ id, name }) => [id, name])),
    people: new Map(users.map(({ id, person }) => [id, person])),
  };
}

/** The stage that writes people: a row counts as applied once it has passed them. */

const withFinding =
  (severity: string) =>
  (page: PageOfRows): SQL =>
    sql`r.line in (
  select f.line from findings f where f.mass_edit_id = ${page.massEditId} and f.line > ${page.after}
    and f.severity = ${severity}
    and exists (select from plan_rows q where q.mass_edit_id = f.mass_edit_id and q.line = f.line)
  group by f.line order by f.line limit ${page.limit})`;

/** New users have ids in line order, so that those after a line are found by id. */
const created = (page: PageOfRows): SQL => sql`r.line in (
  select q.line from plan_rows q where q.mass_edit_id = ${page.massEditId} and q.action = 'create'
    and q.action in ('create', 'update') and q.user_id <= (select user_id from reached)
    and q.user_id > coalesce((select user_id from plan_rows o where o.mass_edit_id = ${page.massEditId}
      and o.line = ${page.after}), 0)
  order by q.user_id limit ${page.limit})`;

const SHOWS: Record<Shown, (page: PageOfRows) => SQL> = {
  all: (page) => sql`r.line > ${page.after}`,
  errors: withFinding('error'),
  warnings: withFinding('warning'),
  created,
  updated: (page) => sql`r.line > ${page.after} and r.action = 'update' and r.user_id <= (select user_id from reached)`,
  unchanged: (page) => sql`r.line > ${page.after} and r.action = 'unchanged'`,
};
