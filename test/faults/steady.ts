import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any server stays down. */
const PATIENCE_MS = 90_000;
const AGAIN_AFTER_MS = 200;
/** Longer than any lock is held here. */
const ANSWERED_WITHIN_MS = 45_000;
/** Error codes of the driver, of the operating system, and of PostgreSQL for a server that stops or starts. */
const AWAY = /^(?:CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|57P0\d|08\w{3}|53\d{3})$/;

export const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && AWAY.test(error.code);

/**
 * An error of the driver about a connection that it lost. It reaches no caller (`uncaughtException`), and the query may
 * never get an answer.
 */
export const isOfLostSocket = (error: Error): boolean =>
  isAway(error) || (error.stack ?? '').includes('node_modules/postgres/');

/** Runs the work once. If no answer comes, throws an error that counts as being away. */
export const once = <T>(work: () => Promise<T>): Promise<T> => Promise.race([work(), unanswered()]);

/**
 * Repeats the work while the servers are away, which the harness causes: its own queries must not fail from that.
 * `work` may have run in part each time.
 */
export async function retryWhileAway<T>(
  work: () => Promise<T>,
  again: (error: unknown) => boolean = isAway,
): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await pause(AGAIN_AFTER_MS)) {
    try {
      return await once(work);
    } catch (error) {
      if (!again(error) || Date.now() > end) throw error;
    }
  }
}

async function unanswered(): Promise<never> {
  await pause(ANSWERED_WITHIN_MS, null, { ref: false });
  throw Object.assign(new Error('No answer'), { code: 'CONNECTION_LOST' });
}
