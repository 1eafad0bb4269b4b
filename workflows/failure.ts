import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE_REASONS, type FailureReason } from './contract.ts';

/** Why a stage could not be completed, from the error of its activity. */
export function failureReasonOf(error: unknown): FailureReason {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const given =
    cause instanceof ApplicationFailure ? FAILURE_REASONS.find((reason) => reason === cause.type) : undefined;
  if (given) return given;
  const ranOut = error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
  return ranOut || cause instanceof TimeoutFailure ? 'timed_out' : 'unknown';
}

/**
 * The message for an operator: the stage and the kind of fault, which is all that a stage reveals. If a stage ran out
 * of time, the text comes from the engine's record of its activity.
 */
export function failureMessageOf(error: unknown, reason: FailureReason): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return `A stage could not be done (${reason}). ${cause.message}`;
  const stage = error instanceof ActivityFailure ? `. ${error.activityType}: ${messageOf(cause) ?? error.message}` : '';
  return `A stage could not be done (${reason})${stage}`;
}

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? error.message : undefined);
