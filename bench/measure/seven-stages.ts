import type postgres from 'postgres';
import {
  type BenchOrganization,
  createBenchOrganization,
  type ImportResult,
  importViaProduct,
} from '../product/import-via-product.ts';
import type { Stack } from '../product/stack.ts';
import { type BenchedEdit, sevenEdits } from '../workload/seven-edits.ts';

/**
 * Seconds by mass edit and stage, such as `changes: Upsert users`; also `upload`, `between` (stages) and `all of it`.
 */
export type StageSeconds = Map<string, number>;

/**
 * Runs the seven mass edits in an organization of their own and checks the counts of each.
 *
 * @throws if a mass edit does not complete or its counts are not the expected ones
 */
export async function runSevenEdits({ description, db }: Stack, rows: number): Promise<StageSeconds> {
  const benched = await createBenchOrganization(description.apiUrl, description.operatorToken);
  const seconds: StageSeconds = new Map();
  for (const edit of sevenEdits(rows)) {
    if (edit.name === 'changes') await growOlder(db.$client, benched);
    const { csv, deleteMissing, resetEmptyFields } = edit;
    const ran = await importViaProduct(db.$client, benched, csv(), deleteMissing, resetEmptyFields);
    prove(edit, ran);
    for (const [stage, took] of Object.entries({ ...ran.stages, 'all of it': ran.seconds }))
      seconds.set(`${edit.name}: ${stage}`, took);
  }
  return seconds;
}

function prove({ name, expected }: BenchedEdit, { outcome, counts }: ImportResult): void {
  const found = Object.fromEntries(Object.keys(expected).map((count) => [count, counts[count]]));
  if (outcome !== 'completed' || JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${name} ${outcome}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was to come out`);
}

/**
 * In days before today: when the memberships began, and two surveys, one before and one after the day of the
 * backdating.
 */
const MEMBERS_SINCE_DAYS = 60;
const SURVEY_DAYS = [45, 15];

/**
 * Moves the memberships back by two months, because a membership that began today is not closed by a change. Adds
 * answers of all users.
 */
async function growOlder(sql: postgres.Sql, { id }: BenchOrganization): Promise<void> {
  await sql`update memberships set since = current_date - ${MEMBERS_SINCE_DAYS}::int where organization_id = ${id}`;
  for (const days of SURVEY_DAYS) {
    const [survey] = await sql<{ id: number }[]>`insert into surveys (organization_id, name, sent_on)
      values (${id}, ${`${days} days ago`}, current_date - ${days}::int) returning id`;
    await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
      select ${id}, ${survey!.id}, user_id, current_date - ${days}::int, 'How is it?', 1 + user_id % 5, 'It is.', "values", "values"
      from memberships where organization_id = ${id} order by user_id`;
  }
}
