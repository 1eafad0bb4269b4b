import { sql } from 'drizzle-orm';
import type { Gate } from '../../rules/gate.ts';
import type { Counts, FrozenPlan } from '../../workflows/contract.ts';
import { stagesWithoutWork } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { countFindings, deleteStaleFindings } from '../mass-edits/findings.ts';
import { findingsCte } from '../mass-edits/findings-listed.ts';
import { answersToRemove, NO_ANSWERS } from '../people/answers.ts';
import { plainArray } from '../sql/array-literals.ts';
import { BACKDATES_IN_ROW } from '../sql/plan-row-fields.ts';
import { skipStages } from '../stages/checkpoints.ts';
import { type PlanNumbers, planNumbers } from './gate.ts';
import { digestOfList, isListed, referenceAttributeRows, referencesToListed } from './missing-users.ts';

/** Makes a plan row refused: it loses its changes and keeps its user. */
export const AS_REFUSED = sql.raw(`action = 'refused', before = null, attributes_before = null, attributes_after = null,
  attributes_changed = 0, language = null, participates = null, backdates = null, restores = false, row_hash = null`);

/** Refuses rows by line and drops their planned changes. */
export async function refuseRows(tx: Transaction, edit: ClaimedMassEdit, lines: readonly number[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.execute(sql`update plan_rows set ${AS_REFUSED}
    where mass_edit_id = ${edit.id} and line = any(${plainArray(lines)}::int[])`);
}

/** A row that references a user that this mass edit deletes: its line, and the attribute by id and name. */
export type ReferenceToDeleted = { line: number; key: string; name: string };

/** Every such reference, also in rows that repeat the current value or are refused already. By line and name. */
export async function referencesToDeleted(tx: Transaction, edit: ClaimedMassEdit): Promise<ReferenceToDeleted[]> {
  return queryMany<ReferenceToDeleted>(tx, sql`select * from (${referencesToListed(edit)}) n order by line, name`);
}

/**
 * Warns of every reference that the deletions will clear, of users who stay or are restored and whose row does not
 * change the reference.
 */
export async function warnOfClearedReferences(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  await queryMany(
    tx,
    sql`with pointing as materialized (${referenceAttributeRows(edit)}), ${findingsCte(edit, 'Cycle detection', {
      code: 'REFERENCE_CLEARED',
      line: sql`p.line`,
      column: sql`m.name`,
      details: { person: sql`coalesce(m.email, m.external_id)`, attribute: sql`m.name` },
      from: sql`(
      -- Has its own offset 0: a set joined inside the lookup would be sorted once for each reference.
      select m.*, u.* from (
        select m.user_id, a.key, a.name from pointing a
        join memberships m on m.organization_id = ${edit.organizationId} and m."values" ? a.key
        join missing_users l on l.mass_edit_id = ${edit.id} and l.kept is null and l.user_id = (m."values" ->> a.key)::bigint
      ) m
      cross join lateral (select email, external_id, deleted_at from users o where o.id = m.user_id offset 0) u
      offset 0
    ) m
    left join (select distinct on (user_id) user_id, line, restores, attributes_after from plan_rows
      where mass_edit_id = ${edit.id} and action <> 'skipped' order by user_id, line) p on p.user_id = m.user_id
    where (m.deleted_at is null or coalesce(p.restores, false))
      and not ${isListed(edit, sql`m.user_id`, 'planned')}
      and not coalesce(p.attributes_after ? m.key, false)`,
      user: sql`m.user_id`,
    })} select 1`,
  );
}

/**
 * Freezes the plan: its counts, the digest of its deletion list, the reasons for the gate and the numbers that must be
 * typed. From here on only a refusal changes the plan. Stages without work do not apply. Opens the gate if there is a
 * reason; otherwise applying begins.
 *
 * @param decideGate decides by the numbers of the plan. Null if the gate was passed already (deletions declined): then
 *   applying goes on.
 */
export async function freezePlan(
  tx: Transaction,
  edit: ClaimedMassEdit,
  decideGate: ((numbers: PlanNumbers) => Gate) | null,
): Promise<FrozenPlan> {
  await deleteStaleFindings(tx, edit);
  const { digest, people } = await digestOfList(tx, edit);
  const planned = await plannedCounts(tx, edit, people);
  const answersRemoved = planned.backdated > 0 ? await answersToRemove(tx, edit) : NO_ANSWERS;
  const counts = { ...planned, answersRemoved: answersRemoved.answers };
  const numbers = await planNumbers(tx, edit, counts, answersRemoved);
  const gate = decideGate ? decideGate(numbers) : null;
  const opens = gate !== null && gate.reasons.length > 0;
  await tx.execute(sql`update mass_edits set plan_counts = ${JSON.stringify(counts)}::jsonb, frozen_at = clock_timestamp(),
      list_digest = case when ${gate !== null} then ${digest} else list_digest end,
      deletions = case when ${gate !== null} then ${people} else deletions end,
      of_users = case when ${gate !== null} then ${numbers.users} else of_users end,
      users_mark = case when ${gate !== null} then ${numbers.mark}::bigint else users_mark end,
      count_required = case when ${gate !== null} then ${gate?.countRequired ?? false} else count_required end,
      gate = case when ${opens} then ${JSON.stringify(gate)}::jsonb else gate end,
      state = case when ${opens} then 'awaiting_approval' else 'applying' end,
      expires_at = case when ${opens} then now() + ${edit.approvalTimeoutMs} * interval '1 millisecond' else expires_at end,
      applied_on = case when ${opens} then null else coalesce(applied_on, ${edit.today}::date) end
    where id = ${edit.id}`);
  const reasons = gate?.reasons.map(({ reason }) => reason) ?? [];
  const withoutWork = stagesWithoutWork(counts);
  await skipStages(tx, edit.id, withoutWork);
  return { counts, deletions: people, listDigest: digest, gate: opens, reasons, withoutWork };
}

async function plannedCounts(
  tx: Transaction,
  edit: ClaimedMassEdit,
  deleted: number,
): Promise<Omit<Counts, 'answersRemoved'>> {
  const rows = await queryOne<Omit<Counts, 'deleted' | 'warnings' | 'errors' | 'segmentsCreated' | 'answersRemoved'>>(
    tx,
    sql`select count(*)::int as read,
          count(*) filter (where action = 'create')::int as created,
          count(*) filter (where action = 'update')::int as updated,
          count(*) filter (where action = 'unchanged')::int as unchanged,
          count(*) filter (where action = 'refused')::int as refused,
          count(*) filter (where action = 'skipped')::int as skipped,
          count(*) filter (where restores)::int as restored,
          coalesce(sum(attributes_changed), 0)::int as "membershipsChanged",
          coalesce(sum(${BACKDATES_IN_ROW}), 0)::int as backdated
        from plan_rows where mass_edit_id = ${edit.id}`,
  );
  const { segmentsCreated } = await queryOne<{ segmentsCreated: number }>(
    tx,
    sql`select count(*)::int as "segmentsCreated" from planned_segments where mass_edit_id = ${edit.id} and used`,
  );
  return { ...rows, segmentsCreated, deleted, ...(await countFindings(tx, edit)) };
}

/** The number of rows that the stages after the gate apply. */
export async function rowsToApply(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { rows } = await queryOne<{ rows: number }>(
    tx,
    sql`select count(*)::int as rows from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')`,
  );
  return rows;
}
