import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Transaction } from '../../db/client.ts';
import { type MassEditRef, STAGE_NAMES } from '../../workflows/contract.ts';
import { FENCE_ORDERS, STAGES } from '../../workflows/stages.ts';

/**
 * The stages by name, and the writers that are no stage: `Recording` the decision, `Settling`, the API's `Upload` and
 * `Answer`.
 */
const WRITERS = [...STAGE_NAMES, 'Cycle detection again', 'Recording', 'Settling'] as const;
/** `statement`: after the n-th statement of a writer. */
const POINTS = ['before claim', 'after claim', 'statement', 'before commit', 'after commit', 'before return'];

/** `stage:point:n:action`, as in FAIL_AT, separated by commas. A fifth part is the organization it applies to. */
type Failpoint = { spec: string; stage: string; point: string; left: number; action: string; organization: string };
/** Messages from the environment to a child, and back. */
export type ToChild = { arm?: string; disarm?: string; release?: string };
export type FromChild = { hit: string };

/** The exit code after SIGKILL. */
const KILLED = 137;
const BY_FENCE_ORDER = new Map<number, string>([
  ...Object.entries(STAGES).map(([name, { fenceOrder }]) => [fenceOrder, name] as const),
  [FENCE_ORDERS.cycleDetectionAgain, 'Cycle detection again'],
  [FENCE_ORDERS.finish, 'Settling'],
]);

/** Every failpoint that a mass edit passes if each stage has work, for a run that covers all of them. */
export function everyFailpoint(): { stage: string; point: string }[] {
  return WRITERS.filter((stage) => stage !== 'Cycle detection again').flatMap((stage) =>
    POINTS.filter((point) => stage !== 'Recording' || !point.endsWith('claim')).map((point) => ({ stage, point })),
  );
}

/** The changed sources call these functions in the child. Nothing is armed unless FAIL_AT or a message says so. */
export function failpoints(say: (message: FromChild) => Promise<void>, given = '') {
  const armed: Failpoint[] = [];
  const held = new Map<string, () => void>();
  const here = new AsyncLocalStorage<string>();
  const arm = (spec: string): void => {
    const [stage = '', point = '', n = '1', action = 'exit', organization = ''] = spec.split(':');
    armed.push({ spec, stage, point, left: Number(n), action, organization });
  };
  for (const spec of given.split(',').filter(Boolean)) arm(spec);

  const at = async (stage: string, point: string): Promise<void> => {
    const place = here.getStore() ?? '';
    const meant = armed.filter(
      (one) => one.stage === stage && one.point === point && place.startsWith(one.organization),
    );
    const due = meant.filter((one) => --one.left === 0);
    for (const one of due) {
      armed.splice(armed.indexOf(one), 1);
      // The release may arrive before the process stops.
      const letGo = new Promise<void>((resolve) => held.set(one.spec, resolve));
      await say({ hit: one.spec });
      await act(one, letGo);
      held.delete(one.spec);
    }
  };
  const act = async ({ action }: Failpoint, letGo: Promise<void>): Promise<void> => {
    const [what, value = ''] = action.split(' ');
    if (what === 'exit') process.exit(KILLED);
    if (what === 'stop') process.kill(process.pid, 'SIGSTOP');
    if (what === 'sleep') await pause(Number(value));
    if (what === 'throw') throw Object.assign(new Error('A failpoint'), { code: value });
    // Until the environment releases it.
    if (what === 'hold') await letGo;
  };

  type Work<T> = () => Promise<T>;
  type InTransaction<T> = (tx: Transaction) => Promise<T>;
  const then = async <T>(stage: string, point: string, work: Work<T>): Promise<T> => {
    const result = await work();
    await at(stage, point);
    return result;
  };
  const writing = <T>(stage: string, tx: Transaction, work: InTransaction<T>): Promise<T> =>
    then(stage, 'before commit', () => work(watched(tx, () => at(stage, 'statement'))));
  const committing = <T>(stage: string, work: Work<T>) => then(stage, 'after commit', work);
  return {
    at,
    writing,
    committing,
    returning: <T>(stage: string, { organizationId }: MassEditRef, work: Work<T>) =>
      here.run(organizationId, () => then(stage, 'before return', work)),
    claiming: async <T>(place: number, work: Work<T>): Promise<T> => {
      const stage = BY_FENCE_ORDER.get(place) ?? String(place);
      await at(stage, 'before claim');
      return then(stage, 'after claim', work);
    },
    inTransaction: <T>(stage: string, open: (work: InTransaction<T>) => Promise<T>, work: InTransaction<T>) =>
      committing(stage, () => open((tx) => writing(stage, tx, work))),
    /** Handles a message. A process that waits at a disarmed failpoint continues too. */
    hear: (message: ToChild): void => {
      if (message.arm) arm(message.arm);
      const index = armed.findIndex(({ spec }) => spec === message.disarm);
      if (index >= 0) armed.splice(index, 1);
      held.get(message.release ?? message.disarm ?? '')?.();
    },
  };
}

/** The same transaction, which stops after each statement. */
function watched(tx: Transaction, after: () => Promise<void>): Transaction {
  return new Proxy(tx, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'execute') return value.bind(target);
      return async (statement: unknown) => {
        const rows: unknown = await value.call(target, statement);
        await after();
        return rows;
      };
    },
  });
}
