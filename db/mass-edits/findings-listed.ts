import { type SQL, sql } from 'drizzle-orm';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { addFindings, type StoredFinding } from './findings.ts';

/**
 * A mass edit lists its first findings, up to `findingsListed`, and only counts the rest: a file with many errors in
 * each row would take up to a hundred times its size. Warnings take at most half of the places, so that errors always
 * have the other half. The counts are exact. Findings about the whole file, which come first, are always listed.
 */

/** How many more findings can be listed: of all severities together, and of warnings. */
export type ListCapacity = { all: number; warnings: number };

/** The capacity that is left, after committed findings and those of this transaction. */
export async function listCapacityFor(tx: Transaction, edit: ClaimedMassEdit): Promise<ListCapacity> {
  return queryOne<ListCapacity>(
    tx,
    sql`select ${ROOM(edit).all}::int as "all", ${ROOM(edit).warnings}::int as warnings from findings
    where mass_edit_id = ${edit.id}`,
  );
}

/** Findings, divided by the capacity of the list. */
export type SplitFindings = { listed: StoredFinding[]; leftOut: StoredFinding[] };

/** Divides findings, in their order, into those within the capacity and the rest. Takes the capacity of the first. */
export function splitByCapacity(findings: readonly StoredFinding[], capacity: ListCapacity): SplitFindings {
  const divided: SplitFindings = { listed: [], leftOut: [] };
  for (const found of findings) {
    const isWarning = found.severity === 'warning';
    const fits = capacity.all > 0 && (!isWarning || capacity.warnings > 0);
    (fits ? divided.listed : divided.leftOut).push(found);
    if (!fits) continue;
    capacity.all--;
    if (isWarning) capacity.warnings--;
  }
  return divided;
}

/** Lists the findings within the capacity and counts the rest. */
export async function addListedFindings(
  tx: Transaction,
  edit: ClaimedMassEdit,
  stage: StageName,
  { listed, leftOut }: SplitFindings,
): Promise<void> {
  const groups = Map.groupBy(leftOut, ({ severity, code }) => `${severity} ${code}`);
  const counted = [...groups.values()].map((group) => ({ ...group[0], count: group.length }));
  // Both statements are sent at once, without a wait for the first answer.
  await Promise.all([
    addFindings(tx, edit, stage, listed),
    counted.length > 0 &&
      tx.execute(sql`insert into findings_left_out (mass_edit_id, organization_id, stage, severity, code, count)
        select ${edit.id}, ${edit.organizationId}, ${STAGES[stage].number}, t.severity, t.code, t.count
        from json_to_recordset(${JSON.stringify(counted)}::json) as t(severity text, code text, count int)`),
  ]);
}

/**
 * For a statement that makes findings itself: common table expressions that list the findings within the capacity and
 * count the rest. They go after other expressions and before the main statement.
 *
 * @param found selects line, code, column, value and details, in this order, and in the order of findings
 */
export function findingsCte(edit: ClaimedMassEdit, stage: StageName, severity: 'error' | 'warning', found: SQL): SQL {
  const { number } = STAGES[stage];
  const { all, warnings } = ROOM(edit);
  const room = sql`(select ${severity === 'warning' ? sql`least(${all}, ${warnings})` : all} from findings
    where mass_edit_id = ${edit.id})`;
  return sql`said as materialized (
      select row_number() over () as place, f.* from (${found}) f(line, code, column_name, value, details)
    ), listed_now as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, ${number}, ${severity}, code, column_name, value, details::jsonb
      from said where place <= ${room} order by place
    ), left_out_now as (
      insert into findings_left_out (mass_edit_id, organization_id, stage, severity, code, count)
      select ${edit.id}, ${edit.organizationId}, ${number}, ${severity}, code, count(*) from said where place > ${room} group by code
    )`;
}

/** The capacity as expressions over the findings of the mass edit. */
const ROOM = ({ findingsListed }: ClaimedMassEdit) => ({
  all: sql`greatest(0, ${findingsListed}::int - count(*))`,
  warnings: sql`greatest(0, ${Math.floor(findingsListed / 2)}::int - count(*) filter (where severity = 'warning'))`,
});

/** Whether a stage has said something of a kind, listed or not; `which` is a condition on severity or code. */
export const hasFindings = (edit: ClaimedMassEdit, stage: StageName, which: SQL): SQL =>
  sql`(exists (select from findings where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and ${which})
    or exists (select from findings_left_out where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and ${which}))`;
