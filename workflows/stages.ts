import type { ActivityOptions } from '@temporalio/workflow';
import { type Lane, type MassEditInput, queueOf } from './contract.ts';

/**
 * Timeouts and retries of the activities, their lanes and priorities; the only place that has any.
 *
 * A stage is bounded by time and not by attempts, because a worker that is restarted uses up an attempt: twelve hours
 * of trying outlast any repair of a database, and a mass edit that still does not move needs an operator. A stage
 * heartbeats with every chunk and every five seconds, so thirty seconds of silence mean a dead or frozen worker. A
 * writing stage is waited for when it is cancelled, so that "cancelled" is said only when nobody writes any more.
 */
const STAGE: ActivityOptions = {
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '30 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * A mass edit that has begun goes on before another one begins: then each of many ends as early as it can, and not all of
 * them at the very end. The engine's priorities are 1 (first) to 5.
 */
const BEGUN = { priorityKey: 1 };

/** Recording a decision and settling are single transactions; a minute is far more than they take. */
export const RECORD: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '12 hours',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  priority: BEGUN,
};

/** About one chunk of 5,000 rows: a small file is a few transactions in each stage. */
const SMALL_UP_TO_BYTES = 2 ** 20;
/**
 * Up to so many bytes a file begins with the priority of its place here, from 2; above all of them with 5. A large one
 * waits for smaller ones only while they take all slots of its lane, and once it has begun for none of them.
 */
const BEGINS_BEFORE_BYTES = [2 ** 16, SMALL_UP_TO_BYTES, 2 ** 24];

/**
 * How the stages of one mass edit are run: in the lane of its file's size, and the first one, of many that wait, the earlier
 * the smaller the file is.
 *
 * @param taskQueue of the workflow
 * @returns the options of a stage, by its number from 1
 */
export function stageOptions({ sizeBytes = 0 }: MassEditInput, taskQueue: string): (stage: number) => ActivityOptions {
  const lane: Lane = sizeBytes > SMALL_UP_TO_BYTES ? 'large' : 'small';
  const before = BEGINS_BEFORE_BYTES.filter((bytes) => sizeBytes > bytes).length;
  return (stage) => ({
    ...STAGE,
    taskQueue: queueOf(taskQueue, lane),
    priority: stage === 1 ? { priorityKey: before + 2 } : BEGUN,
  });
}
