import { CancelledFailure, Context } from '@temporalio/activity';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, organizationTransactions } from '../../db/client.ts';
import { type Attempts, countFailedAttempt, uncountAttempt } from '../../db/stages/checkpoints.ts';
import { faultKindOf } from '../../db/stages/fault-kinds.ts';
import { Superseded } from '../../db/stages/fence.ts';
import { InvariantViolation } from '../../db/stages/invariant-violation.ts';
import type { FailureReason } from '../../workflows/contract.ts';

/**
 * A retry after a pause repairs a transient fault. Work that fails three times at one checkpoint always fails there.
 */
const MAX_FAILED_ATTEMPTS = 3;
/**
 * Attempts that began and never reported an end, for example because the worker was killed. Single machines fail now
 * and then. Ten such attempts in a row without a chunk mean that the file kills workers.
 */
const MAX_BEGUN_ATTEMPTS = 10;

/** Thrown if a further attempt of a stage would not help. The message has no data of a row. */
export class GivenUp extends Error {
  override name = 'GivenUp';
  readonly reason: FailureReason;
  constructor(reason: FailureReason, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** @throws GivenUp if the previous attempts made no progress */
export function refuseFurtherAttempts({ begun, failed }: Attempts): void {
  if (failed >= MAX_FAILED_ATTEMPTS || begun > MAX_BEGUN_ATTEMPTS) throw new GivenUp('no_progress');
}

/**
 * Runs an attempt of a stage that holds the fence, and counts its failure. Two kinds of failure count: an error of the
 * work itself, and an attempt whose heartbeat timed out. A failure does not count if the database was away or busy, if
 * a caller asked to stop, or if the worker was stopped.
 *
 * @throws GivenUp if the database refuses a value permanently, and with the third failure at one checkpoint; otherwise
 *   the error of the attempt
 */
export async function withFailureCount<T>(
  db: Database,
  edit: ClaimedMassEdit,
  stage: number,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof GivenUp || error instanceof InvariantViolation) throw error;
    if (faultKindOf(error) === 'permanent') throw new GivenUp('value_refused', error);
    const stageKey = { massEditId: edit.id, stage };
    // If the database is away, nothing is counted: the attempt failed for that reason.
    const inTransaction = organizationTransactions(db, edit.organizationId);
    if (!isFailure(error)) {
      await inTransaction((tx) => uncountAttempt(tx, stageKey)).catch(() => {});
      throw error;
    }
    const failed = await inTransaction((tx) => countFailedAttempt(tx, stageKey)).catch(() => 0);
    throw failed < MAX_FAILED_ATTEMPTS || isSuperseded(error) ? error : new GivenUp('no_progress', error);
  }
}

const isFailure = (error: unknown): boolean =>
  isSuperseded(error) || (!(error instanceof CancelledFailure) && faultKindOf(error) === 'own');

/** The engine has started another attempt while this one was active: its worker was too busy to heartbeat. */
function isSuperseded(error: unknown): boolean {
  if (error instanceof Superseded) return true;
  const { cancellationDetails } = Context.current();
  return error instanceof CancelledFailure && (cancellationDetails?.timedOut || cancellationDetails?.notFound || false);
}
