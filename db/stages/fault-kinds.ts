import { sqlStateOf } from '../sql/sql-errors.ts';

/**
 * Whether a further attempt can succeed after a fault.
 *
 * - `passing`: the database could not be reached, had no room, or ended the transaction for another one. A later
 *   attempt succeeds.
 * - `permanent`: the database refuses a value, and will refuse it again.
 * - `own`: any other fault. The work itself failed.
 */
export type FaultKind = 'passing' | 'permanent' | 'own';

/** The kind of a fault, also if the driver's error is wrapped. */
export function faultKindOf(error: unknown): FaultKind {
  const state = sqlStateOf(error);
  if (state === undefined) return isLostConnection(error) ? 'passing' : 'own';
  if (state === STALE_STATEMENT) return 'passing';
  if (OWN_STATES.has(state)) return 'own';
  const stateClass = state.slice(0, 2);
  return PERMANENT_CLASSES.has(stateClass) ? 'permanent' : PASSING_CLASSES.has(stateClass) ? 'passing' : 'own';
}

/** Data exceptions, violated constraints, and limits of the database (an index entry has 2,704 bytes at most). */
const PERMANENT_CLASSES = new Set(['22', '23', '54']);
/**
 * Connections, transaction states and rollbacks, resources, states of objects (locks), an operator or a shutdown,
 * disks.
 */
const PASSING_CLASSES = new Set(['08', '25', '40', '53', '55', '57', '58']);
/**
 * A migration has changed the columns of a statement that this connection has prepared. The driver prepares it again.
 * Each connection of the pool can fail once.
 */
const STALE_STATEMENT = '0A000';
/**
 * Another writer may have been faster (23505 unique, 23P01 exclusion): the next attempt sees that writer's rows. A
 * statement that was stopped (57014) took longer than any should.
 */
const OWN_STATES = new Set(['23505', '23P01', '57014']);

/** Codes of the driver (`CONNECTION_CLOSED`, `CONNECT_TIMEOUT`) and of the network (`ECONNREFUSED`), none of Node's `ERR_…`. */
const LOST_CONNECTION = /^(?:CONNECT|E(?!RR_)[A-Z]+$)/;

function isLostConnection(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && LOST_CONNECTION.test(at.code)) return true;
  }
  return false;
}
