import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE_REASONS, type FailureReason } from './contract.ts';

/** Why a stage could not be done, by what its activity failed with. */
export function failureReasonOf(error: unknown): FailureReason {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const given =
    cause instanceof ApplicationFailure ? FAILURE_REASONS.find((reason) => reason === cause.type) : undefined;
  if (given) return given;
  const ranOut = error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
  return ranOut || cause instanceof TimeoutFailure ? 'timed_out' : 'unknown';
}

/**
 * What an operator reads: the stage and the kind of the fault, which are all that a stage lets out. A stage that ran out of
 * time says nothing itself: then the engine's record of its activity does.
 */
export function failureMessageOf(error: unknown, reason: FailureReason): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return `A stage could not be done (${reason}). ${cause.message}`;
  const stage = error instanceof ActivityFailure ? `. ${error.activityType}: ${messageOf(cause) ?? error.message}` : '';
  return `A stage could not be done (${reason})${stage}`;
}

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? error.message : undefined);
