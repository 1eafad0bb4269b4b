import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import type { Database } from '../../db/client.ts';
import { sqlStateOf } from '../../db/sql/sql-errors.ts';
import { claim, Superseded } from '../../db/stages/fence.ts';
import { InvariantViolation } from '../../db/stages/invariant-violation.ts';
import type { FailureReason, MassEditRef } from '../../workflows/contract.ts';
import { GivenUp } from './failed-attempts.ts';

/** Well under the heartbeat timeout in workflows/stages.ts, for chunks that are one long statement. */
const HEARTBEAT_EVERY_MS = 5_000;

/** Takes the fence for the current activity attempt. */
export async function claimFence(db: Database, ref: MassEditRef, fenceOrder: number): Promise<ClaimedMassEdit> {
  const { attempt, workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('A stage runs as an activity of a workflow');
  return claim(db, { ...ref, runId: workflowExecution.runId, stage: fenceOrder, attempt });
}

/**
 * Runs the body of an activity and removes personal data from its errors. Driver errors carry values of rows in their
 * detail, and the engine's history is plain text. The remaining error names the kind of fault. If a further attempt
 * would not help, the error is not retried, and its type is the reason.
 */
export async function redactErrors<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
    const fault = error instanceof GivenUp ? (error.cause ?? error) : error;
    const state = sqlStateOf(fault);
    const kind = state ? `Database ${state}` : nameOf(fault);
    const reason = reasonOf(error);
    if (error instanceof Superseded) {
      // No fault: this worker was slow or was replaced, and the newer attempt does the work.
      Context.current().log.info('a newer attempt has taken over', { what });
      throw ApplicationFailure.create({
        message: `${what}: ${kind}`,
        type: kind,
        category: ApplicationFailureCategory.BENIGN,
      });
    }
    // Without a reason the engine retries.
    const level = reason ? 'error' : 'warn';
    Context.current().log[level]('stage attempt failed', { what, kind, reason, stack: ownFramesOf(fault) });
    const proof = error instanceof InvariantViolation ? `: ${error.message}` : '';
    const given = reason && !proof ? ` (${reason})` : '';
    throw ApplicationFailure.create({
      message: `${what}: ${kind}${proof}${given}`,
      type: reason ?? kind,
      nonRetryable: reason !== undefined,
    });
  }
}

/** Why a further attempt would not help; undefined if it may help. */
function reasonOf(error: unknown): FailureReason | undefined {
  if (error instanceof InvariantViolation) return 'not_proved';
  return error instanceof GivenUp ? error.reason : undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'UnknownFault');

/** The stack without its first lines, which repeat the message. */
function ownFramesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n');
}

/** The heartbeat never throws, so each chunk checks for cancellation. */
export function throwIfCancelled(): void {
  if (Context.current().cancellationSignal.aborted) throw new CancelledFailure('Asked to stop between two chunks');
}

/** Runs the body of an activity with regular heartbeats. `heartbeat` sends one at once, with details. */
export async function withHeartbeat<T>(
  body: (heartbeat: (details: unknown) => void) => Promise<T>,
  everyMs = HEARTBEAT_EVERY_MS,
): Promise<T> {
  const activity = Context.current();
  let last: unknown;
  const timer = setInterval(() => activity.heartbeat(last), everyMs);
  try {
    return await body((details) => {
      last = details;
      activity.heartbeat(details);
    });
  } finally {
    clearInterval(timer);
  }
}
