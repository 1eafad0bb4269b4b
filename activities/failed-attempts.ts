import { CancelledFailure, Context } from '@temporalio/activity';
import { type Database, transactionsOf } from '../db/client.ts';
import { faultKindOf } from '../db/fault-kinds.ts';
import { type ClaimedEdit, Superseded } from '../db/fence.ts';
import { type Attempts, countFailedAttempt, takeBackAttempt } from '../db/ledger.ts';
import { NotProved } from '../db/proof.ts';
import type { FailureReason } from '../workflows/contract.ts';

/** A pause and a second try mend what happens once. What fails three times at one place fails there always. */
const MOST_FAILED = 3;
/**
 * Attempts that began and never said how they ended, as that of a worker that is killed. Machines are lost now and then;
 * ten in a row without a chunk between them are no coincidence, but a file at which workers die.
 */
const MOST_BEGUN = 10;

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
  if (failed >= MOST_FAILED || begun > MOST_BEGUN) throw new GivenUp('no_progress');
}

/**
 * Runs an attempt of a stage that holds the fence, and counts it if it fails for a reason of its own: by an error of the
 * work itself, or because it gave no sign of life for so long that the engine took it for dead. An attempt does not count
 * if the database was away or busy, if a person asked to stop, or if its worker was stopped.
 *
 * @throws GivenUp if the database refuses a value for good, and with the third failure at one checkpoint; otherwise what
 *   the attempt threw
 */
export async function countingFailures<T>(
  db: Database,
  edit: ClaimedEdit,
  stage: number,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof GivenUp || error instanceof NotProved) throw error;
    if (faultKindOf(error) === 'permanent') throw new GivenUp('value_refused', error);
    const ledger = { massEditId: edit.id, stage };
    // If the database is away, nothing is counted: that is why the attempt failed.
    const inLedger = transactionsOf(db, edit.organizationId);
    if (!isFailure(error)) {
      await inLedger((tx) => takeBackAttempt(tx, ledger)).catch(() => {});
      throw error;
    }
    const failed = await inLedger((tx) => countFailedAttempt(tx, ledger)).catch(() => 0);
    throw failed < MOST_FAILED || isReplaced(error) ? error : new GivenUp('no_progress', error);
  }
}

const isFailure = (error: unknown): boolean =>
  isReplaced(error) || (!(error instanceof CancelledFailure) && faultKindOf(error) === 'own');

/** The engine has given the stage to another attempt, though this one lives: its worker was too busy to say so. */
function isReplaced(error: unknown): boolean {
  if (error instanceof Superseded) return true;
  const { cancellationDetails } = Context.current();
  return error instanceof CancelledFailure && (cancellationDetails?.timedOut || cancellationDetails?.notFound || false);
}
