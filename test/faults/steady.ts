import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any server is kept down. */
const PATIENCE_MS = 90_000;
const AGAIN_AFTER_MS = 200;
/** Longer than anybody holds a lock here. */
const ANSWERED_WITHIN_MS = 45_000;
/** The driver's own, the operating system's, and PostgreSQL's for a server that goes down or comes up. */
const AWAY = /^(?:CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|57P0\d|08\w{3}|53\d{3})$/;

export const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && AWAY.test(error.code);

/**
 * The driver, of a connection that it lost: it says so to nobody (`uncaughtException`), and what was asked there may never be
 * answered.
 */
export const isOfLostSocket = (error: Error): boolean =>
  isAway(error) || (error.stack ?? '').includes('node_modules/postgres/');

/** Does it once. Throws what counts as being away where no answer comes. */
export const once = <T>(work: () => Promise<T>): Promise<T> => Promise.race([work(), unanswered()]);

/**
 * Does it again and again while the servers are away, which is what the harness brings about; whoever looks must not be
 * hurt by it. `work` may have been done in part each time.
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
