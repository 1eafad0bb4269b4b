import { type SQL, sql } from 'drizzle-orm';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';

/** A finding as stored: code and details. Its sentence is made when the finding is read. */
export type StoredFinding = {
  line: number | null;
  severity: 'error' | 'warning';
  code: string;
  column: string | null;
  value: string | null;
  details: Record<string, string | number | boolean>;
};

type Edit = Pick<ClaimedMassEdit, 'id' | 'organizationId'>;

/** Writes findings in the order given. The findings of a row keep this order. */
export async function addFindings(
  tx: Transaction,
  edit: Edit,
  stage: StageName,
  findings: StoredFinding[],
): Promise<void> {
  if (findings.length === 0) return;
  await tx.execute(sql`
    insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
    select ${edit.id}, ${edit.organizationId}, t.line, ${STAGES[stage].number}, t.severity, t.code, t."column", t.value, t.details
    from json_to_recordset(${JSON.stringify(findings)}::json) as t(line int, severity text, code text, "column" text,
      value text, details jsonb)`);
}

/**
 * Deletes findings of a stage by code if they no longer hold (references that stay, because the deletions were
 * declined).
 */
export async function deleteFindings(
  tx: Transaction,
  edit: ClaimedMassEdit,
  stage: StageName,
  code: string,
): Promise<void> {
  for (const table of ['findings', 'findings_left_out'])
    await tx.execute(sql`delete from ${sql.identifier(table)}
      where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and code = ${code}`);
}

/**
 * Deletes findings of validation that held only if the row was applied, for rows that were refused later: such a row
 * restores no user. The plan has the number of these findings for each row, of which one is RESTORES_DELETED; the
 * counts of those that are not listed come from it.
 */
export async function deleteStaleFindings(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  await tx.execute(sql`with listed as (
      delete from findings f where mass_edit_id = ${edit.id} and stage = ${STAGES.Validation.number}
        and code in ('RESTORES_DELETED', 'REFERENCE_CLEARED')
        and exists (select from plan_rows p where p.mass_edit_id = f.mass_edit_id and p.line = f.line and p.action = 'refused')
      returning code
    ), refused as (
      update plan_rows set promises = 0
      where mass_edit_id = ${edit.id} and action = 'refused' and promises > 0
        and exists (select from findings_left_out where mass_edit_id = ${edit.id} and stage = ${STAGES.Validation.number}
          and code in ('RESTORES_DELETED', 'REFERENCE_CLEARED'))
      returning old.promises
    ), promised as (
      select (select count(*) from refused) as restores, (select coalesce(sum(promises - 1), 0) from refused) as cleared
    )
    insert into findings_left_out (mass_edit_id, organization_id, stage, severity, code, count)
    select ${edit.id}, ${edit.organizationId}, ${STAGES.Validation.number}, 'warning', t.code, (select count(*) from listed l where l.code = t.code) - t.count
    from promised cross join lateral (values ('RESTORES_DELETED', restores), ('REFERENCE_CLEARED', cleared)) t(code, count)
    where exists (select from refused) and (select count(*) from listed l where l.code = t.code) <> t.count`);
}

export async function countFindings(
  tx: Transaction,
  edit: Pick<ClaimedMassEdit, 'id'>,
): Promise<{ errors: number; warnings: number }> {
  return queryOne(
    tx,
    sql`select coalesce(sum(count) filter (where severity = 'error'), 0)::int as errors,
          coalesce(sum(count) filter (where severity = 'warning'), 0)::int as warnings
        from (${findingsCounted(sql`mass_edit_id = ${edit.id}`)}) c`,
  );
}

/** The number of findings by code and severity, listed or not. */
export const findingsCounted = (which: SQL): SQL => sql`
  select code, severity, sum(count)::int as count from (
    select code, severity, count(*) as count from findings where ${which} group by code, severity
    union all select code, severity, count from findings_left_out where ${which}
  ) f group by code, severity having sum(count) > 0`;
