import { MockActivityEnvironment } from '@temporalio/testing';
import type postgres from 'postgres';
import { type Activities, createActivities } from '../../activities/index.ts';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import type { Database } from '../../db/client.ts';
import type { Ending, MassEditRef, RequestedDecision } from '../../workflows/contract.ts';
import { QUIET } from './worker.ts';

/** The activities of a whole mass edit in the order of the workflow. */
export const IN_ORDER = [
  'validateFile',
  'detectCycles',
  'recordDecision',
  'createSegments',
  'deleteUsers',
  'upsertUsers',
  'mutateAttributes',
  'backdateChanges',
  'settle',
] as const satisfies (keyof Activities)[];
export type ActivityName = keyof Activities;

/**
 * Runs one activity as a worker does: real code, real database, an attempt number and a run as the engine gives them.
 */
export async function runActivity(
  deps: StageDeps,
  name: ActivityName,
  ref: MassEditRef,
  attempt = 1,
  argument?: RequestedDecision | Ending,
): Promise<unknown> {
  const environment = new MockActivityEnvironment(
    { attempt, workflowExecution: { workflowId: `test:${ref.organizationId}`, runId: 'the-only-run' } },
    { logger: QUIET },
  );
  const run = createActivities(deps)[name] as (ref: MassEditRef, argument?: unknown) => Promise<unknown>;
  return environment.run(() => run(ref, argument));
}

/** The content of an approval: the digest of the shown list, and the number of answers if the gate asks for it. */
export type Shown = () => Promise<Pick<RequestedDecision, 'listDigest' | 'answersCount'>>;

/** The same, read at the gate of a mass edit, by internal id. */
export const shownAt =
  (sql: postgres.Sql, id: number): Shown =>
  async () => {
    const [row] = await sql<{ listDigest: string; answersCount: number | null }[]>`
      select list_digest as "listDigest", (select (r ->> 'answers')::int from jsonb_array_elements(gate -> 'reasons') r
        where r ->> 'reason' = 'answers_removed') as "answersCount" from mass_edits where id = ${id}`;
    return { listDigest: row!.listDigest, answersCount: row!.answersCount ?? undefined };
  };

/** Runs the activities before `name`, approving at the gate. */
export async function runUpTo(deps: StageDeps, ref: MassEditRef, name: ActivityName, shown: Shown): Promise<void> {
  for (const step of IN_ORDER) {
    if (step === name) return;
    await runActivity(deps, step, ref, 1, await argumentOf(step, shown));
  }
}

export async function argumentOf(step: ActivityName, shown: Shown): Promise<RequestedDecision | Ending | undefined> {
  if (step === 'recordDecision') return { decision: 'approve', ...(await shown()) };
  return step === 'settle' ? 'applied' : undefined;
}

export class Killed extends Error {
  override name = 'Killed';
}

/**
 * The same database for a process that dies after `commits` transactions. Committed transactions stay, and nothing
 * happens after them. Counts the transactions.
 */
export function dyingAfter(db: Database, commits: number): { db: Database; count: () => number } {
  let done = 0;
  const transaction: Database['transaction'] = async (work, config) => {
    if (done >= commits) throw new Killed('The process is gone');
    const result = await db.transaction(work, config);
    done++;
    if (done >= commits) throw new Killed('The process is gone');
    return result;
  };
  const dying = new Proxy(db, {
    get: (target, key) => (key === 'transaction' ? transaction : Reflect.get(target, key, target)),
  });
  return { db: dying, count: () => done };
}
