import { type SQL, sql } from 'drizzle-orm';
import { type FindingCode, type Severity, severityOf } from '../../rules/findings/catalogue.ts';
import type { Finding } from '../../rules/findings/findings.ts';
import { CONDITIONAL_CODES } from '../../rules/rows/plan-row.ts';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';

/** A finding as stored. Its sentence is made when the finding is read, by a version that may not know its code. */
export type StoredFinding = Omit<Finding, 'code'> & { code: string; severity: Severity };

type Edit = Pick<ClaimedMassEdit, 'id' | 'organizationId'>;

/**
 * The statement that lists findings. The findings of a row keep the order in which they are inserted.
 *
 * @param from where they come from, as `f` with line, severity, code, "column", value and details
 */
export const insertFindings = (edit: Edit, stage: StageName, from: SQL): SQL => sql`
  insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
  select ${edit.id}, ${edit.organizationId}, f.line, ${STAGES[stage].number}, f.severity, f.code, f."column", f.value, f.details
  ${from}`;

/**
 * The statement that counts findings that are not listed.
 *
 * @param from where they come from, as `f` with severity and code
 * @param count how many they are, of each row of `from` or of each group
 */
export const insertLeftOut = (edit: Edit, stage: StageName, from: SQL, count: SQL): SQL => sql`
  insert into findings_left_out (mass_edit_id, organization_id, stage, severity, code, count)
  select ${edit.id}, ${edit.organizationId}, ${STAGES[stage].number}, f.severity, f.code, ${count} ${from}`;

/** Lists findings in the order given. */
export async function addFindings(
  tx: Transaction,
  edit: Edit,
  stage: StageName,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await tx.execute(
    insertFindings(
      edit,
      stage,
      sql`from json_to_recordset(${JSON.stringify(findings.map(withSeverity))}::json)
        as f(line int, severity text, code text, "column" text, value text, details jsonb)`,
    ),
  );
}

const withSeverity = (found: Finding) => ({ ...found, severity: severityOf(found.code, found.details) });

/**
 * Deletes findings of a stage by code if they no longer hold (references that stay, because the deletions were
 * declined).
 */
export async function deleteFindings(
  tx: Transaction,
  edit: ClaimedMassEdit,
  stage: StageName,
  code: FindingCode,
): Promise<void> {
  for (const table of ['findings', 'findings_left_out'])
    await tx.execute(sql`delete from ${sql.identifier(table)}
      where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and code = ${code}`);
}

/**
 * Deletes findings of validation that held only if the row was applied, for rows that were refused later: such a row
 * restores no user. The plan has the number of these findings for each row: one RESTORES_DELETED, and the others
 * REFERENCE_CLEARED. The counts of findings that are not listed come from that number.
 */
export async function deleteStaleFindings(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  const [restores, cleared] = CONDITIONAL_CODES;
  await tx.execute(sql`with listed as (
      delete from findings f where mass_edit_id = ${edit.id} and stage = ${STAGES.Validation.number}
        and code in (${restores}, ${cleared})
        and exists (select from plan_rows p where p.mass_edit_id = f.mass_edit_id and p.line = f.line and p.action = 'refused')
      returning code
    ), refused as (
      update plan_rows set promises = 0
      where mass_edit_id = ${edit.id} and action = 'refused' and promises > 0
        and exists (select from findings_left_out where mass_edit_id = ${edit.id} and stage = ${STAGES.Validation.number}
          and code in (${restores}, ${cleared}))
      returning old.promises
    ), stale as (
      select f.*, (select count(*) from listed l where l.code = f.code) as listed from (
        select ${restores} as code, ${severityOf(restores)} as severity, count(*) as count from refused
        union all select ${cleared}, ${severityOf(cleared)}, coalesce(sum(promises - 1), 0) from refused) f
    ) ${insertLeftOut(edit, 'Validation', sql`from stale f where exists (select from refused) and listed <> count`, sql`listed - count`)}`);
}

/** The numbers of errors and warnings of a mass edit, listed or not. */
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
