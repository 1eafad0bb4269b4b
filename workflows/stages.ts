import type { ActivityOptions } from '@temporalio/workflow';

/**
 * Timeouts and retries of the activities; the only place that has any.
 *
 * The engine bounds a stage by time and not by attempts, because a worker that is restarted uses up an attempt: twelve
 * hours of trying outlast any repair of a database, and a mass edit that still does not move needs an operator. Attempts
 * that fail by themselves are counted in the ledger (activities/failed-attempts.ts). A stage
 * heartbeats with every chunk and every five seconds, so thirty seconds of silence mean a dead or frozen worker. A
 * writing stage is waited for when it is cancelled, so that "cancelled" is said only when nobody writes any more.
 */
export const STAGE: ActivityOptions = {
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '30 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** Recording a decision and settling are single transactions; a minute is far more than they take. */
export const RECORD: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '12 hours',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};
