import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../model/random.ts';
import type { Child } from './children.ts';
import type { FaultEnvironment } from './environment.ts';
import { everyFailpoint } from './failpoints.ts';
import { type Fault, HIT_WITHIN_MS, nextHit } from './next-hit.ts';
import type { Wishes } from './round.ts';
import { cycle, type Kind } from './schedule.ts';
import { breakLines, breakServers } from './server-events.ts';
import { isAway, once } from './steady.ts';
import { tampering } from './tampering.ts';

/** @param unmet failpoints that no process has passed yet, as `stage:point`; a failpoint that is passed is removed */
export type Harm = { environment: FaultEnvironment; random: Random; wishes: Wishes; unmet: Set<string> };

/** Longer than the heartbeat timeout, so that the engine gives the stage to another worker. */
const SLEEPS_AT_LEAST_MS = 3_500;
const SLEEPS_AT_MOST_MS = 10_000;
/** Until the process works: a process that is killed while it starts has nothing to lose. */
const GROWN_MS = 2_000;
const GROWN_WITHIN_MS = 10_000;
const STATES = ['40001', '40P01', '53100', '57014', '57P01', '08006'];

/** One fault of each kind. Each kind goes through its variants in turn. */
export function faultsOf({ environment, random, wishes, unmet }: Harm): Record<Kind, Fault> {
  const worker = (): Child => random.one(environment.workers);
  const points = cycle(random.shuffled(everyFailpoint()));
  const sleepers = cycle(['at a point', 'anywhere']);
  const calls = cycle(['Upload:stored', 'Upload:started', 'Answer:decided', 'Answer:signalled', 'body', 'torn', 'any']);
  // Every third hit kills. The number of failpoints is not divisible by three, so in three rounds a process dies at
  // each.
  const withoutDying = cycle([true, false, true]);
  return {
    kills: async () => {
      const victim = worker();
      for (const end = Date.now() + GROWN_WITHIN_MS; victim.livedMs() < GROWN_MS && Date.now() < end; ) await pause(50);
      victim.signal('SIGKILL');
      return `${victim.name} killed`;
    },
    failpoints: async () => {
      const { stage, point } = points();
      const dies = !withoutDying();
      const action = dies ? 'exit' : random.one([`throw ${random.one(STATES)}`, `sleep ${random.whole(100, 1_500)}`]);
      const at = (times: number) => metOf(environment, environment.workers, `${stage}:${point}:${times}:${action}`);
      // If the point was not passed that often, once is enough.
      const told = (await at(timesOf(random, stage, point))) ?? (await at(1));
      if (told) unmet.delete(`${stage}:${point}`);
      return told;
    },
    sleepers: async () => {
      if (sleepers() === 'anywhere') return sleep(environment, worker(), 'anywhere');
      const { stage, point } = random.one(everyFailpoint());
      const spec = `${stage}:${point}:${timesOf(random, stage, point)}:stop`;
      const hit = await nextHit(environment, environment.workers, spec);
      return hit && sleep(environment, hit, spec);
    },
    api: async () => {
      const call = calls();
      if (call === 'any') {
        environment.api.signal('SIGKILL');
        return 'API killed';
      }
      if (call.includes(':')) return metOf(environment, [environment.api], `${call}:1:exit`);
      const kill = (): void => void (call === 'body' && environment.api.signal('SIGKILL'));
      const met = new Promise<void>((resolve) => wishes.beforeUpload.push(() => resolve(kill())));
      const done = await Promise.race([met.then(() => true), pause(HIT_WITHIN_MS, false, { ref: false })]);
      return done ? `half a body, then ${call === 'body' ? 'API killed' : 'the line torn'}` : null;
    },
    ...breakServers(environment, random),
    ...breakLines(environment, random),
    locks: () => lockInOrder(environment, random),
    tampering: tampering(environment),
  };
}

const timesOf = (random: Random, stage: string, point: string): number => {
  if (point === 'statement') return random.whole(1, 10);
  const isChunked = stage !== 'Recording' && stage !== 'Delete users' && point.endsWith('commit');
  return isChunked ? random.whole(1, 3) : 1;
};

async function metOf(environment: FaultEnvironment, children: Child[], spec: string): Promise<string | null> {
  const hit = await nextHit(environment, children, spec);
  return hit && `${hit.name} at ${spec}`;
}

/** Stops a worker until another worker has taken over its stage, and then resumes it. */
async function sleep(environment: FaultEnvironment, victim: Child, where: string): Promise<string> {
  const fences = async (): Promise<string[]> => {
    const open = await once(
      () => environment.sql<{ fence: string }[]>`
        select concat_ws('/', id, fence_run, fence_stage, fence_attempt) as fence
        from mass_edits where state in ('validating', 'applying')`,
    );
    return open.map(({ fence }) => fence);
  };
  const starts = victim.starts();
  victim.signal('SIGSTOP');
  const held = await fences().catch((): string[] => []);
  const begun = Date.now();
  for (let taken = false; !taken && Date.now() < begun + SLEEPS_AT_MOST_MS; await pause(200)) {
    const now = await fences().catch(() => held);
    taken = Date.now() > begun + SLEEPS_AT_LEAST_MS && held.every((fence) => !now.includes(fence));
  }
  if (victim.starts() === starts) victim.signal('SIGCONT');
  return `${victim.name} slept ${Date.now() - begun} ms, ${where}`;
}

/** Another program locks an organization's users in id order, like every writer, and changes nothing. */
async function lockInOrder(environment: FaultEnvironment, random: Random): Promise<string | null> {
  const busy = () =>
    once(
      () => environment.sql<{ id: string }[]>`select organization_id as id from mass_edits where state = 'applying'`,
    );
  for (const end = Date.now() + HIT_WITHIN_MS; Date.now() < end; await pause(10)) {
    const found = await busy().catch(() => []);
    if (found.length === 0) continue;
    const { id } = random.one(found);
    try {
      await once(() =>
        environment.sql.begin(async (sql) => {
          for (const { key } of await sql<{ key: number }[]>`
          select id as key from users where organization_id = ${id} order by id`) {
            await sql`select 1 from users where id = ${key} for update`;
            await pause(3);
          }
        }),
      );
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    return `people of ${id} locked one by one`;
  }
  return null;
}
