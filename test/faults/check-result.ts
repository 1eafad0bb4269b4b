import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { workflowIdOf } from '../../workflows/contract.ts';
import { CHOICES, FIRST_NAMES, LAST_NAMES } from '../model/random-organization.ts';
import { textsIn } from '../support/history.ts';
import type { FaultEnvironment } from './environment.ts';
import { retryWhileAway } from './steady.ts';

export type Versions = Map<number, { version: number; isDeleted: boolean }>;

/** How often each user was written so far. */
export async function versionsOf(sql: postgres.Sql, organizationId: string): Promise<Versions> {
  const rows = await sql<{ id: number; version: number; isDeleted: boolean }[]>`
    select id, version, deleted_at is not null as "isDeleted" from users where organization_id = ${organizationId}`;
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** @param applied whether rows were applied: the plan of a cancelled mass edit stays as its record */
type TouchedOf = { organizationId: string; editId: string; approved: number[]; applied: boolean };
type Touched = { id: number; planned: boolean; deletions: number; cleared: number };

/**
 * Users that were written more or less often than expected: once for their row, once for their deletion, and once for
 * references that other deletions cleared. A new user begins with 1. Also users that were deleted and were not on the
 * approved list, or the other way round.
 */
export async function wrongWrites(
  sql: postgres.Sql,
  before: Versions,
  { organizationId, editId, approved, applied }: TouchedOf,
): Promise<string[]> {
  const now = await versionsOf(sql, organizationId);
  const touched = await sql<Touched[]>`
    select u.id, exists (select from plan_rows p where p.mass_edit_id = e.id and p.user_id = u.id and p.action = 'update') as planned,
      (select count(*)::int from changes c where c.mass_edit_id = e.id and c.user_id = u.id and c.after ? 'deleted') as deletions,
      (select count(*)::int from changes c where c.mass_edit_id = e.id and c.user_id = u.id and not c.after ? 'deleted') as cleared
    from users u, mass_edits e where u.organization_id = ${organizationId} and e.public_id = ${editId}`;
  const wrong: string[] = [];
  for (const { id, planned, deletions, cleared } of touched) {
    const was = before.get(id);
    const is = now.get(id);
    const times = (is?.version ?? 0) - (was?.version ?? 1);
    const meant = (applied && planned && was ? 1 : 0) + (deletions > 0 ? 1 : 0) + (cleared > 0 ? 1 : 0);
    if (times !== meant) wrong.push(`person ${id} was written ${times} times, not ${meant}`);
    if (deletions > 1 || cleared > 1)
      wrong.push(`person ${id}: ${deletions} deletions and ${cleared} clearings are told`);
    const isGone = is?.isDeleted === true && was?.isDeleted === false;
    if (isGone !== approved.includes(id))
      wrong.push(`person ${id} was ${isGone ? '' : 'not '}deleted, against the list`);
  }
  for (const id of before.keys()) if (!now.has(id)) wrong.push(`person ${id} is not there any more`);
  return wrong;
}

/** What must not remain after a mass edit: another mass edit, an open run, a name in the engine. */
export async function leftoversOf(
  environment: FaultEnvironment,
  organizationId: string,
  acknowledged: string[],
): Promise<string[]> {
  const { sql, temporal } = environment;
  const edits = await retryWhileAway(
    () => sql<{ id: string; state: string }[]>`
      select public_id as id, state from mass_edits where organization_id = ${organizationId}`,
  );
  const wrong = edits.flatMap(({ id, state }) => [
    ...(acknowledged.includes(id) ? [] : [`mass edit ${id} stands and was never acknowledged`]),
    ...(state === 'ended' ? [] : [`mass edit ${id} is still ${state}`]),
  ]);
  for (const id of acknowledged)
    if (!edits.some((edit) => edit.id === id)) wrong.push(`mass edit ${id} was acknowledged and is not there`);
  const handle = temporal.workflow.getHandle(workflowIdOf(organizationId));
  const describe = () =>
    retryWhileAway(
      () => handle.describe(),
      () => true,
    );
  for (const end = Date.now() + CLOSING_MS; Date.now() < end; await pause(200))
    if ((await describe()).status.name !== 'RUNNING') break;
  const { status } = await describe();
  if (status.name !== 'COMPLETED') wrong.push(`the run is ${status.name}`);
  const { events } = await retryWhileAway(
    () => handle.fetchHistory(),
    () => true,
  );
  const texts = [...textsIn(events), ...textsIn((await describe()).raw)];
  wrong.push(...personalIn(texts).map((text) => `the engine holds ${text}`));
  return wrong;
}

/** A run ends a moment after its mass edit. If a worker died just then, it is replaced first. */
const CLOSING_MS = 40_000;

/** Names that no program writes by itself. Shorter names occur inside other words. */
const NAMES = [...FIRST_NAMES, ...LAST_NAMES, ...CHOICES].filter(
  (name) => name.length > 3 && !/^[\w ]{1,7}$/.test(name),
);
const personalIn = (texts: string[]): string[] =>
  texts.flatMap((text) => {
    const found = NAMES.find((name) => text.includes(name)) ?? /[\w.+-]+@example\.com/i.exec(text)?.[0];
    return found ? [found] : [];
  });

/** What must not remain after all rounds: an open transaction, a lock wait, a deadlock, a name in a log. */
export async function leftoversAtEnd(environment: FaultEnvironment): Promise<string[]> {
  const busy = () =>
    retryWhileAway(
      () => environment.sql<{ what: string }[]>`
      select 'an open transaction of ' || application_name || ': ' || left(query, 60) as what from pg_stat_activity
        where state like 'idle in transaction%' and xact_start < now() - interval '3 seconds'
      union all select 'a lock that is waited for' from pg_locks where not granted
      union all select 'a mass edit that is ' || state from mass_edits where state <> 'ended'`,
    );
  let left = await busy();
  for (const end = Date.now() + CLOSING_MS; left.length > 0 && Date.now() < end; await pause(500)) left = await busy();
  const deadlocks = await retryWhileAway(
    () =>
      environment.sql<
        { n: number }[]
      >`select deadlocks::int as n from pg_stat_database where datname = current_database()`,
  );
  const wrong = left.map(({ what }) => what);
  if (deadlocks[0]?.n) wrong.push(`${deadlocks[0].n} deadlocks`);
  for (const file of environment.logFiles)
    wrong.push(
      ...[...new Set(personalIn(readFileSync(file, 'utf8').split('\n')))].map((text) => `${file} holds ${text}`),
    );
  return wrong;
}
