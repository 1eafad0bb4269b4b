import { type SQL, sql } from 'drizzle-orm';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { addFindings, type StoredFinding } from './findings.ts';

/**
 * A mass edit lists its first findings, up to `findingsListed`, and only counts the others: a file with many errors in each
 * row would take up to a hundred times its size. Warnings take half of the places at most, so that errors have the other
 * half whatever comes before them. The counts are exact. What speaks of the file as a whole at its beginning is always listed.
 */

/** How many more findings of a mass edit are listed, of both kinds together and of warnings. */
export type ListCapacity = { all: number; warnings: number };

/** What room there is, by what is committed and what this transaction has written. */
export async function listCapacityFor(tx: Transaction, edit: ClaimedMassEdit): Promise<ListCapacity> {
  return queryOne<ListCapacity>(
    tx,
    sql`select ${ROOM(edit).all}::int as "all", ${ROOM(edit).warnings}::int as warnings from findings
    where mass_edit_id = ${edit.id}`,
  );
}

/** Findings of which some have no room. */
export type SplitFindings = { listed: StoredFinding[]; leftOut: StoredFinding[] };

/** Divides findings, in their order, into those that have room and the others. Takes the room of the first. */
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

/** Writes the findings that have room and counts the others. */
export async function addListedFindings(
  tx: Transaction,
  edit: ClaimedMassEdit,
  stage: StageName,
  { listed, leftOut }: SplitFindings,
): Promise<void> {
  const groups = Map.groupBy(leftOut, ({ severity, code }) => `${severity} ${code}`);
  const counted = [...groups.values()].map((group) => ({ ...group[0], count: group.length }));
  // Sent one behind the other, so that the answer to the first is not waited for.
  await Promise.all([
    addFindings(tx, edit, stage, listed),
    counted.length > 0 &&
      tx.execute(sql`insert into findings_left_out (mass_edit_id, organization_id, stage, severity, code, count)
        select ${edit.id}, ${edit.organizationId}, ${STAGES[stage].number}, t.severity, t.code, t.count
        from json_to_recordset(${JSON.stringify(counted)}::json) as t(severity text, code text, count int)`),
  ]);
}

/**
 * For a statement that finds something by itself: common table expressions, behind others and before the statement's end,
 * that list what there is room for and count the rest.
 *
 * @param found selects line, code, column, value and details, in this order, and in the order that findings keep
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

/** The room as expressions over the findings of the mass edit. */
const ROOM = ({ findingsListed }: ClaimedMassEdit) => ({
  all: sql`greatest(0, ${findingsListed}::int - count(*))`,
  warnings: sql`greatest(0, ${Math.floor(findingsListed / 2)}::int - count(*) filter (where severity = 'warning'))`,
});

/** Whether a stage has said something of a kind, listed or not; `which` is a condition on severity or code. */
export const hasFindings = (edit: ClaimedMassEdit, stage: StageName, which: SQL): SQL =>
  sql`(exists (select from findings where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and ${which})
    or exists (select from findings_left_out where mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and ${which}))`;
