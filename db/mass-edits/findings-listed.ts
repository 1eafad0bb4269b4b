import { type SQL, sql } from 'drizzle-orm';
import { type FindingCode, type FindingDetails, type Severity, severityOf } from '../../rules/findings/catalogue.ts';
import { type Finding, MAX_VALUE_CHARACTERS } from '../../rules/findings/findings.ts';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { addFindings, insertFindings, insertLeftOut } from './findings.ts';

/**
 * A mass edit lists its first findings, up to `findingsListed`, and counts the rest. Listed in full, a file with many
 * errors in each row would take a hundred times its size. Warnings take at most half of the places, so that errors
 * always have the other half. The counts are exact. Findings about the whole file, which come first, are always listed.
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
export type SplitFindings = { listed: Finding[]; leftOut: Finding[] };

/** Divides findings, in their order, into those within the capacity and the rest. Takes the capacity of the first. */
export function splitByCapacity(findings: readonly Finding[], capacity: ListCapacity): SplitFindings {
  const divided: SplitFindings = { listed: [], leftOut: [] };
  for (const found of findings) {
    const isWarning = severityOf(found.code, found.details) === 'warning';
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
  const kinds = leftOut.map(({ code, details }) => ({ code, severity: severityOf(code, details) }));
  const groups = Map.groupBy(kinds, ({ code, severity }) => `${severity} ${code}`);
  const counted = [...groups.values()].map((group) => ({ ...group[0], count: group.length }));
  // Both statements are sent at once, without a wait for the first answer.
  await Promise.all([
    addFindings(tx, edit, stage, listed),
    counted.length > 0 &&
      tx.execute(
        insertLeftOut(
          edit,
          stage,
          sql`from json_to_recordset(${JSON.stringify(counted)}::json) as f(severity text, code text, count int)`,
          sql`f.count`,
        ),
      ),
  ]);
}

/** Findings of one code that a statement makes, one of each row of `from`. The parts are SQL expressions over that row. */
type FindingsOf<C extends FindingCode> = {
  code: C;
  /** Null: about the whole file. */
  line: SQL | null;
  /** Absent: about the whole row. */
  column?: SQL;
  value?: SQL;
  details?: { readonly [Name in keyof FindingDetails[C]]?: SQL };
  /** A table, and what follows it: joins and conditions. */
  from: SQL;
  /** Decides the order on one line: the id of a user. */
  user?: SQL;
};
type FoundBySql = { [C in FindingCode]: FindingsOf<C> }[FindingCode];

/**
 * For a statement that makes findings itself: common table expressions that list the findings within the capacity and
 * count the rest. They go after other expressions and before the main statement. This is `finding()` for SQL.
 *
 * @param kinds all of one severity, which does not depend on details. On one line, they keep this order
 */
export function findingsCte(edit: ClaimedMassEdit, stage: StageName, ...kinds: [FoundBySql, ...FoundBySql[]]): SQL {
  const { all, warnings } = ROOM(edit);
  const room = sql`(select ${severityOf(kinds[0].code) === 'warning' ? sql`least(${all}, ${warnings})` : all} from findings
    where mass_edit_id = ${edit.id})`;
  return sql`found as materialized (
      select row_number() over (order by coalesce(line, 0), kind, user_id) as place, k.*
      from (${sql.join(kinds.map(rowsOf), sql` union all `)}) k
    ), listed_now as (
      ${insertFindings(edit, stage, sql`from found f where place <= ${room} order by place`)}
    ), left_out_now as (
      ${insertLeftOut(edit, stage, sql`from found f where place > ${room} group by severity, code`, sql`count(*)`)}
    )`;
}

const rowsOf = ({ code, line, column, value, details = {}, from, user }: FoundBySql, kind: number): SQL => sql`
  select ${line}::int as line, ${severityOf(code)}::text as severity, ${code}::text as code, ${column ?? null}::text as "column",
    left(${value ?? null}::text, ${MAX_VALUE_CHARACTERS}::int) as value, ${detailsOf(details)} as details, ${kind}::int as kind,
    ${user ?? null}::bigint as user_id
  from ${from}`;

const detailsOf = (details: Readonly<Record<string, SQL | undefined>>): SQL => {
  const parts = Object.entries(details).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`);
  return sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(parts, sql`, `)}))`;
};

/** The capacity as expressions over the findings of the mass edit. */
const ROOM = ({ findingsListed }: ClaimedMassEdit) => ({
  all: sql`greatest(0, ${findingsListed}::int - count(*))`,
  warnings: sql`greatest(0, ${Math.floor(findingsListed / 2)}::int - count(*) filter (where severity = 'warning'))`,
});

/** Whether a stage has made a finding of a severity, or of one of some codes, listed or not. */
export function hasFindings(
  edit: ClaimedMassEdit,
  stage: StageName,
  which: { severity: Severity } | { codes: readonly FindingCode[] },
): SQL {
  const [column, values] = 'codes' in which ? [sql`code`, which.codes] : [sql`severity`, [which.severity]];
  const found = sql`mass_edit_id = ${edit.id} and stage = ${STAGES[stage].number} and ${column} in ${values}`;
  return sql`(exists (select from findings where ${found}) or exists (select from findings_left_out where ${found}))`;
}
