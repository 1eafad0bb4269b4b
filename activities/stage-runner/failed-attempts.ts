import { CancelledFailure, Context } from '@temporalio/activity';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, organizationTransactions } from '../../db/client.ts';
import { type Attempts, countFailedAttempt, uncountAttempt } from '../../db/stages/checkpoints.ts';
import { faultKindOf } from '../../db/stages/fault-kinds.ts';
import { Superseded } from '../../db/stages/fence.ts';
import { InvariantViolation } from '../../db/stages/invariant-violation.ts';
import type { FailureReason } from '../../workflows/contract.ts';

/** A pause and a second try mend what happens once. What fails three times at one place fails there always. */
const MAX_FAILED_ATTEMPTS = 3;
/**
 * Attempts that began and never said how they ended, as that of a worker that is killed. Machines are lost now and then;
 * ten in a row without a chunk between them are no coincidence, but a file at which workers die.
 */
const MAX_BEGUN_ATTEMPTS = 10;

/** Thrown where a further attempt of a stage would not help. The message has nothing of a row in it. */
export class GivenUp extends Error {
  override name = 'GivenUp';
  readonly reason: FailureReason;
  constructor(reason: FailureReason, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** @throws GivenUp if the attempts before this one came no further */
export function refuseFurtherAttempts({ begun, failed }: Attempts): void {
  if (failed >= MAX_FAILED_ATTEMPTS || begun > MAX_BEGUN_ATTEMPTS) throw new GivenUp('no_progress');
}

/**
 * Runs an attempt of a stage that holds the fence, and counts it if it fails for a reason of its own: by an error of the
 * work itself, or because it gave no sign of life for so long that the engine took it for dead. An attempt does not count
 * if the database was away or busy, if a person asked to stop, or if its worker was stopped.
 *
 * @throws GivenUp if the database refuses a value for good, and with the third failure at one checkpoint; otherwise what
 *   the attempt threw
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
    // If the database is away, nothing is counted: that is why the attempt failed.
    const inLedger = organizationTransactions(db, edit.organizationId);
    if (!isFailure(error)) {
      await inLedger((tx) => uncountAttempt(tx, stageKey)).catch(() => {});
      throw error;
    }
    const failed = await inLedger((tx) => countFailedAttempt(tx, stageKey)).catch(() => 0);
    throw failed < MAX_FAILED_ATTEMPTS || isSuperseded(error) ? error : new GivenUp('no_progress', error);
  }
}

const isFailure = (error: unknown): boolean =>
  isSuperseded(error) || (!(error instanceof CancelledFailure) && faultKindOf(error) === 'own');

/** The engine has given the stage to another attempt, though this one lives: its worker was too busy to say so. */
function isSuperseded(error: unknown): boolean {
  if (error instanceof Superseded) return true;
  const { cancellationDetails } = Context.current();
  return error instanceof CancelledFailure && (cancellationDetails?.timedOut || cancellationDetails?.notFound || false);
}
