import { sql } from 'drizzle-orm';
import { type Counts, NO_COUNTS, type Outcome } from '../workflows/contract.ts';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';
import { countFindings } from './findings.ts';
import { keysIn } from './plan-freeze.ts';
import type { Failure } from './schema.ts';

/**
 * What was really applied, by the ledger: a row is applied as far as the stages have passed it. What was planned and not
 * applied (stopped, expired, declined) counts as skipped, so that the counts always add up to the rows read.
 */
export async function appliedCounts(tx: Transaction, edit: ClaimedEdit): Promise<Counts> {
  const found = await countFindings(tx, edit);
  const counts = await rowOf<Omit<Counts, 'errors' | 'warnings'>>(
    tx,
    sql`with passed as (
      -- The last user id that each applying stage has passed.
      select coalesce(max(case when number = 5 then case when status = 'done' then 9e18 when step >= 1 then "cursor" end end), 0) as users,
        coalesce(max(case when number = 6 then case when status = 'done' then 9e18 else "cursor" end end), 0) as memberships,
        coalesce(max(case when number = 7 then case when status = 'done' then 9e18 else "cursor" end end), 0) as backdates
      from stages where mass_edit_id = ${edit.id} and started_at is not null
    ), rows as (
      select count(*)::int as read,
        count(*) filter (where action = 'create' and user_id <= users)::int as created,
        count(*) filter (where action = 'update' and user_id <= users)::int as updated,
        count(*) filter (where action = 'unchanged')::int as unchanged,
        count(*) filter (where action = 'refused')::int as refused,
        count(*) filter (where restores and user_id <= users)::int as restored,
        coalesce(sum(${keysIn('attributes_after')})
          filter (where user_id <= memberships), 0)::int as "membershipsChanged",
        coalesce(sum(${keysIn('p.backdates')})
          filter (where user_id <= passed.backdates), 0)::int as backdated
      from plan_rows p cross join passed where mass_edit_id = ${edit.id}
    )
    select r.*, (r.read - r.created - r.updated - r.unchanged - r.refused)::int as skipped,
      (select count(*) from missing_users where mass_edit_id = ${edit.id} and outcome = 'deleted')::int as deleted,
      (select count(*) from segments where organization_id = ${edit.organizationId} and created_by_mass_edit = ${edit.id})::int
        as "segmentsCreated"
    from rows r`,
  );
  return { ...counts, ...found };
}

/** The counts of a file that could not be read as a whole: nothing but what was found. */
export async function fileErrorCounts(tx: Transaction, edit: ClaimedEdit): Promise<Counts> {
  return { ...NO_COUNTS, ...(await countFindings(tx, edit)) };
}

/** How a mass edit that ran to its end came out. */
export function outcomeOf(counts: Counts): Outcome {
  const nothingWent = counts.refused > 0 && counts.created + counts.updated + counts.unchanged + counts.deleted === 0;
  if (nothingWent) return 'failed';
  return counts.errors > 0 ? 'completed_with_errors' : 'completed';
}

/** Ends the mass edit: outcome, counts, and the stages that never ran. Run twice, the first end stays. */
export async function endMassEdit(
  tx: Transaction,
  edit: ClaimedEdit,
  end: { outcome: Outcome; counts: Counts; failure: Failure | null },
): Promise<{ outcome: Outcome; counts: Counts }> {
  await tx.execute(sql`update stages set ended_at = coalesce(ended_at, case when status = 'running' then now() end),
      status = case when status = 'waiting' then 'not_applied'
                    when status = 'running' then ${end.outcome === 'failed' ? 'failed' : 'not_applied'} else status end
    where mass_edit_id = ${edit.id} and status in ('waiting', 'running')`);
  await tx.execute(sql`update mass_edits set state = 'ended', outcome = ${end.outcome},
      counts = ${JSON.stringify(end.counts)}::jsonb, failure = ${end.failure ? JSON.stringify(end.failure) : null}::jsonb,
      ended_at = now()
    where id = ${edit.id} and state <> 'ended'`);
  return rowOf(tx, sql`select outcome, counts from mass_edits where id = ${edit.id}`);
}

/**
 * Deletes the next staged rows after a line; the plan stays, as the record. Of a row that came to nothing the plan keeps
 * whom it was about, for a person who looks at it later. Gives the last line, null where none are left.
 */
export async function clearStaging(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<number | null> {
  const { last } = await rowOf<{ last: number | null }>(
    tx,
    sql`select max(line) as last from (
      select line from staged_rows where mass_edit_id = ${edit.id} and line > ${after} order by line limit ${limit}) s`,
  );
  if (last === null) return null;
  const span = sql`mass_edit_id = ${edit.id} and line > ${after} and line <= ${last}`;
  // Asked from the side of the plan, where these are few: asked of each row that is deleted, it took as long as deleting.
  await tx.execute(sql`
    update plan_rows p set after = jsonb_strip_nulls(jsonb_build_object('email', g.email, 'externalId', g.external_id,
      'firstName', g.first_name, 'lastName', nullif(g.last_name, '')))
    from (select * from plan_rows where ${span} and action in ('refused', 'skipped') offset 0) r
    cross join lateral (select * from staged_rows s where s.mass_edit_id = ${edit.id} and s.line = r.line offset 0) g
    where p.mass_edit_id = ${edit.id} and p.line = r.line`);
  await tx.execute(sql`delete from staged_rows where ${span}`);
  return last;
}
