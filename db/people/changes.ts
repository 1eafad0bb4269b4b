import { type SQL, sql } from 'drizzle-orm';
import { STAGES } from '../../workflows/stages.ts';
import { queryMany, type Transaction } from '../client.ts';
import { fieldsAfter } from '../sql/plan-row-fields.ts';
import { hasPassed } from '../sql/stage-progress.ts';
import { iso } from '../sql/timestamps.ts';

/**
 * Values by field: a built-in field by its name, an attribute by `@` and its id (values as stored), a backdate by
 * either and ` backdate`, and `deleted`. An absent value and null both mean no value.
 */
export type Values = Record<string, unknown>;
/** The position of one changed field among all changes of a user: microsecond, row, mass edit, stage and field. */
export type ChangePosition = [at: number, row: number, massEdit: number, stage: number, field: string];
/** One field that was changed. */
export type ChangeRow = {
  position: ChangePosition;
  at: string;
  /** Null: by hand. */
  massEditId: string | null;
  line: number | null;
  /** Email or external id; null if the user is purged. */
  by: string | null;
  field: string;
  before: unknown;
  after: unknown;
};

/** Records a change that was made by hand. */
export async function recordChange(
  tx: Transaction,
  change: { organizationId: string; user: number; by: number; before: Values; after: Values },
): Promise<void> {
  await tx.execute(sql`insert into changes (organization_id, user_id, by_user, before, after)
    values (${change.organizationId}, ${change.user}, ${change.by}, ${JSON.stringify(change.before)}::jsonb,
      ${JSON.stringify(change.after)}::jsonb)`);
}

/**
 * The changes of a user after a position, field by field, in order of time. They are changes by hand, deletions, and
 * changes of mass edits. A planned change is listed after its stage has passed this user.
 */
export async function changesAfter(
  tx: Transaction,
  user: number,
  [at, row, massEdit, stage, field]: ChangePosition,
  limit: number,
): Promise<ChangeRow[]> {
  return queryMany<ChangeRow>(
    tx,
    sql`with planned as materialized (
      select p.*, m.public_id, m.started_by from mass_edits m
      join plan_rows p on p.mass_edit_id = m.id and p.user_id = ${user} and p.action in ('create', 'update')
    ), made as (
      select at, id as place, mass_edit_id, 0 as stage, line, by_user, before, after from changes where user_id = ${user}
      union all
      select s.started_at, 0, p.mass_edit_id, s.number, p.line, p.started_by, f.before, f.after
      from planned p join stages s on s.mass_edit_id = p.mass_edit_id and ${hasPassed('p.user_id')}
      cross join lateral (
        select coalesce(p.before, '{}') || case when p.restores then '{"deleted": true}' else '{}' end::jsonb as before,
          ${fieldsAfter('p')} || case when p.restores then '{"deleted": false}' else '{}' end::jsonb as after where s.number = ${STAGES['Upsert users'].number}
        union all
        select ${prefixed('p.attributes_before')}, ${prefixed('p.attributes_after')} where s.number = ${STAGES['Attribute mutations'].number}
        union all
        select '{}', ${dated('p.backdates')} where s.number = ${STAGES['Backdating changes'].number}
      ) f where f.after <> '{}'
    ), placed as (
      select c.*, (extract(epoch from c.at) * 1000000)::bigint as moment, coalesce(c.mass_edit_id, 0) as edit from made c
    ), fields as (
      -- Splits each object once, and no object of an earlier page.
      select c.moment, c.place, c.edit, c.stage, c.at, c.mass_edit_id, c.line, c.by_user, f.*
      from placed c cross join lateral (
        select key as field, b.value as before, a.value as after
        from jsonb_each(c.before) b full join jsonb_each(c.after) a using (key)) f
      where (c.moment, c.place, c.edit, c.stage)
        >= (${at}::bigint, ${row}::bigint, ${massEdit}::bigint, ${stage}::bigint)
    )
    select json_build_array(c.moment, c.place, c.edit, c.stage, c.field) as position, ${iso('c.at')} as at,
      m.public_id as "massEditId", c.line,
      (select coalesce(u.email, u.external_id) from users u where u.id = c.by_user) as by, c.field, c.before, c.after
    from fields c left join mass_edits m on m.id = c.mass_edit_id
    where (c.moment, c.place, c.edit, c.stage, c.field collate "C")
      > (${at}::bigint, ${row}::bigint, ${massEdit}::bigint, ${stage}::bigint, ${field})
    order by c.moment, c.place, c.edit, c.stage, c.field collate "C" limit ${limit}`,
  );
}

const prefixed = (column: string): SQL =>
  sql.raw(`coalesce((select jsonb_object_agg('@' || k, v) from jsonb_each(${column}) as o(k, v)), '{}')`);

const dated = (column: string): SQL =>
  sql.raw(`coalesce((select jsonb_object_agg(case k when 'participates' then k else '@' || k end || ' backdate', v)
    from jsonb_each(${column}) as o(k, v)), '{}')`);
