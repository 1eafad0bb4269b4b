import { setTimeout as pause } from 'node:timers/promises';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { RandomFile } from '../model/random-file.ts';
import { type Client, clientOf } from './client.ts';
import type { FaultEnvironment } from './environment.ts';
import { nextHit } from './next-hit.ts';
import { newToken, PATIENCE_MS } from './round.ts';
import { cycle } from './schedule.ts';
import { retryWhileAway } from './steady.ts';

/** An organization of twelve users. The file has the first nine, so the last three are to be deleted. */
type Place = { environment: FaultEnvironment; organizationId: string; people: number[]; client: Client; held: Held[] };
/** A worker that is held at a failpoint, active for the engine, until it is released. */
type Held = { release: () => void };

const PEOPLE = 12;
const NAMED = 9;
const TRIES = 4;
const HIT_WITHIN_MS = 90_000;
/**
 * Longer than a busy API takes to notice the torn connection and to start what it should not, and a worker to continue.
 */
const NOTICED_WITHIN_MS = 2_500;
/** By then a chunk waits for the lock of its first user. Well below PostgreSQL's deadlock_timeout. */
const WAITS_WITHIN_MS = 600;
/** The sixth commit of stage 1 comes after the three chunks that plan nine rows, and before the list is made. */
const PLANNED_NOT_LISTED = 'Validation:after commit:6';
/** The third commit of stage 2 is that of its last step. After it there is only the commit that freezes the plan. */
const CHECKED_NOT_FROZEN = 'Cycle detection:after commit:3:stop';

/**
 * Changes the database at the worst moment, in a way that no crash can, to test the guards. Then only users on the
 * approved list may be deleted, in the state that the list names.
 */
export function tampering(environment: FaultEnvironment): () => Promise<string | null> {
  const next = cycle([bodyTorn, listAdded, userChanged, planEmptied, sleeperWakes, usersLocked]);
  return async () => {
    const tamper = next();
    for (let tries = 0; tries < TRIES; tries++) {
      const place = await newPlace(environment);
      const wrong = await tamper(place).finally(() => letGo(place));
      if (wrong === 'too late') continue; // another fault was faster
      if (wrong.length > 0) throw new Error(`${tamper.name}: ${wrong.join('; ')}`);
      return `${tamper.name}: no user was deleted wrongly`;
    }
    return null;
  };
}

type Verdict = string[] | 'too late';

/** Holds the next worker that passes a point. Null if none comes. */
async function hold({ environment, organizationId, held }: Place, point: string): Promise<Held | null> {
  const spec = `${point}:hold:${organizationId}`;
  const holder = await nextHit(environment, environment.workers, spec, HIT_WITHIN_MS);
  if (!holder) return null;
  const one = { release: () => holder.tell({ release: spec }) };
  held.push(one);
  return one;
}

/** A mass edit does not end while one of its workers is held. */
function letGo({ held }: Place): void {
  for (const { release } of held) release();
}

/** The plan loses rows between their count and the list of missing users. */
async function planEmptied(place: Place): Promise<Verdict> {
  const { environment, organizationId, people, client } = place;
  const holding = hold(place, PLANNED_NOT_LISTED);
  const id = await client.upload(FILE);
  const held = await holding;
  if (!held) return giveUp(place, id);
  const gone = await retryWhileAway(
    () => environment.sql`delete from plan_rows p where organization_id = ${organizationId} and line > 2
      and not exists (select from missing_users m where m.mass_edit_id = p.mass_edit_id) returning 1`,
  );
  held.release();
  const edit = await endOrGate(client, id);
  // Or the held worker died, and a worker of another version planned everything again: the plan is complete again.
  const isWhole = edit.state !== 'ended' && edit.deletion?.count === PEOPLE - NAMED;
  if (gone.length === 0 || isWhole) return giveUp(place, id);
  const wrong = await deletedOf(environment, people);
  if (edit.state !== 'ended') {
    wrong.push(`${edit.deletion?.count} people would be deleted after the plan was emptied`);
    await client.answer(edit, 'cancel');
  } else if (edit.outcome !== 'failed') wrong.push(`it was ${edit.outcome}, on a plan that had been emptied`);
  return wrong;
}

/** Approves the list, and then holds the worker that passes a point. Null if another fault was faster. */
async function approveAndHold(place: Place, id: string, point: string): Promise<Held | null> {
  const { client } = place;
  const asked = await endOrGate(client, id);
  const holding = hold(place, `${point}:1`);
  await client.answer(asked, 'approve');
  return holding;
}

/** Another fault was faster: this mass edit proves nothing and is ended. */
async function giveUp(place: Place, id: string): Promise<'too late'> {
  const { client } = place;
  letGo(place);
  const edit = await endOrGate(client, id);
  if (edit.state !== 'ended') await client.answer(edit, 'cancel');
  await ended(client, id);
  return 'too late';
}

/** A user is added to the list after the approval. */
async function listAdded(place: Place): Promise<Verdict> {
  const { environment, people, client } = place;
  const id = await client.upload(FILE);
  const held = await approveAndHold(place, id, 'Delete users:before claim');
  if (!held) return giveUp(place, id);
  const added = await retryWhileAway(
    () => environment.sql`insert into missing_users (mass_edit_id, organization_id, user_id, user_version)
      select e.id, organization_id, ${people[1]!}, 2 from mass_edits e where public_id = ${id} and not exists (
        select from stages s where s.mass_edit_id = e.id and number = 4 and started_at is not null)
      on conflict do nothing returning 1`,
  );
  held.release();
  const edit = await ended(client, id);
  if (added.length === 0) return 'too late';
  const wrong = await deletedOf(environment, people);
  if (edit.outcome !== 'failed') wrong.push(`it was ${edit.outcome}, with a list that was not approved`);
  return wrong;
}

/** A user on the list changes while the gate waits. */
async function userChanged({ environment, people, client }: Place): Promise<Verdict> {
  const id = await client.upload(FILE);
  const asked = await endOrGate(client, id);
  await retryWhileAway(() => environment.sql`update users set last_name = 'Between' where id = ${people[NAMED]!}`);
  await client.answer(asked, 'approve');
  const edit = await ended(client, id);
  const wrong = await deletedOf(environment, people, people.slice(NAMED + 1));
  if (edit.outcome !== 'completed_with_errors') wrong.push(`it was ${edit.outcome}, with a user who changed`);
  return wrong;
}

/**
 * A worker sleeps just before it freezes the plan and opens the gate. It wakes up after another worker has done so and
 * applies.
 */
async function sleeperWakes(place: Place): Promise<Verdict> {
  const { environment, organizationId, people, client } = place;
  const hit = nextHit(environment, environment.workers, `${CHECKED_NOT_FROZEN}:${organizationId}`, HIT_WITHIN_MS);
  const id = await client.upload(FILE);
  const sleeper = await hit;
  if (!sleeper) return giveUp(place, id);
  const starts = sleeper.starts();
  const wrong: string[] = [];
  try {
    const held = await approveAndHold(place, id, 'Upsert users:before claim');
    if (!held || sleeper.starts() !== starts) return giveUp(place, id);
    sleeper.signal('SIGCONT');
    await pause(NOTICED_WITHIN_MS);
    const { state } = await client.at(id);
    // The held worker may have died meanwhile, and another may have reached the end.
    if (state !== 'applying' && state !== 'ended')
      wrong.push(`it was being applied, and is ${state} since a sleeper woke up`);
    held.release();
  } finally {
    sleeper.signal('SIGCONT');
  }
  const { outcome } = await ended(client, id);
  if (outcome !== 'completed') wrong.push(`it was ${outcome}`);
  return [...wrong, ...(await deletedOf(environment, people, people.slice(NAMED)))];
}

/**
 * Another program locks users of one chunk in id order: the first before the chunk does, and the rest while the chunk
 * waits.
 */
async function usersLocked(place: Place): Promise<Verdict> {
  const { environment, people, client } = place;
  const id = await client.upload(FILE);
  const held = await approveAndHold(place, id, 'Upsert users:after claim');
  if (!held) return giveUp(place, id);
  const [first, ...rest] = people.slice(0, NAMED);
  await retryWhileAway(() =>
    environment.sql.begin(async (sql) => {
      await sql`select 1 from users where id = ${first!} for update`;
      held.release();
      await pause(WAITS_WITHIN_MS);
      for (const one of rest) await sql`select 1 from users where id = ${one} for update`;
    }),
  );
  const { outcome } = await ended(client, id);
  const wrong = await deletedOf(environment, people, people.slice(NAMED));
  if (outcome !== 'completed') wrong.push(`it was ${outcome} where others locked people too`);
  return wrong;
}

/** An upload that the client never completed. */
async function bodyTorn({ environment, organizationId, client }: Place): Promise<Verdict> {
  await client.uploadHalf(FILE, () => {});
  await pause(NOTICED_WITHIN_MS);
  const left = await retryWhileAway(
    () => environment.sql`select 1 from mass_edits where organization_id = ${organizationId}`,
  );
  return left.length > 0 ? ['half a file was started'] : [];
}

const FILE: RandomFile = {
  kind: 'tampered with',
  bytes: Buffer.from(
    `Email;First name\n${Array.from({ length: NAMED }, (_, n) => `p${n}@example.com;Changed\n`).join('')}`,
  ),
  options: { resetEmptyFields: false, deleteMissingUsers: true, review: 'deletions' },
  decision: 'approve',
};

async function newPlace(environment: FaultEnvironment): Promise<Place> {
  return retryWhileAway(async () => {
    const [of] = await environment.sql<{ id: string }[]>`insert into organizations (id, name, time_zone)
      values (uuidv7(), 'Tampered with', 'Europe/Stockholm') returning id`;
    const organizationId = of!.id;
    const users: number[] = [];
    for (let n = 0; n < PEOPLE; n++) {
      const [row] = await environment.sql<{ id: number }[]>`insert into users (organization_id, email, first_name, role)
        values (${organizationId}, ${`p${n}@example.com`}, 'Ann', ${n === 0 ? 'admin' : 'user'}) returning id`;
      users.push(row!.id);
    }
    const token = await newToken(environment.sql, { id: organizationId, uploader: users[0]! });
    return {
      environment,
      organizationId,
      people: users,
      client: clientOf(environment.url, organizationId, token),
      held: [],
    };
  });
}

/** Users that were deleted and are not in `should`, or are in it and were not deleted. */
async function deletedOf(environment: FaultEnvironment, users: number[], should: number[] = []): Promise<string[]> {
  const rows = await retryWhileAway(
    () =>
      environment.sql<
        { id: number }[]
      >`select id from users where id = any(${users}) and deleted_at is not null order by id`,
  );
  const gone = rows.map(({ id }) => id);
  return [
    ...gone.filter((id) => !should.includes(id)).map((id) => `${id} was deleted`),
    ...should.filter((id) => !gone.includes(id)).map((id) => `${id} was not deleted`),
  ];
}

const ended = (client: Client, id: string): Promise<MassEditJson> => reaches(client, id, ['ended']);
const endOrGate = (client: Client, id: string): Promise<MassEditJson> =>
  reaches(client, id, ['ended', 'awaiting_approval']);

async function reaches(client: Client, id: string, states: MassEditJson['state'][]): Promise<MassEditJson> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(100)) {
    const edit = await client.at(id);
    if (states.includes(edit.state)) return edit;
  }
  throw new Error(`Mass edit ${id}, which was tampered with, was never ${states.join(' or ')}`);
}
