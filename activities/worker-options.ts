import type { WorkerOptions } from '@temporalio/worker';
import { type Lane, queueOf } from '../workflows/contract.ts';
import { createActivities } from './index.ts';
import type { StageDeps } from './stage-runner/stage.ts';

/** Stages of small files that one worker runs at a time: each is a few transactions. */
const SMALL_STAGES = 4;

export type LaneInput = {
  lane: Lane;
  /** Of the workflows. */
  taskQueue: string;
  /** Stages of large files that one worker runs at a time. */
  largeStages: number;
};

/** Stages that a lane of one worker runs at a time. */
const slotsOf = ({ lane, largeStages }: Pick<LaneInput, 'lane' | 'largeStages'>): number =>
  lane === 'small' ? SMALL_STAGES : largeStages;

/** A stage writes two chunks at a time and reads ahead of them; two more for all of them claim the next. */
export const connectionsOf = (lanes: readonly Lane[], largeStages: number): number =>
  lanes.reduce((sum, lane) => sum + slotsOf({ lane, largeStages }) * 3, 0) + 2;

/**
 * What every worker of this product has in common in a lane, wherever its connection and its bundle come from. A worker of
 * the lane `small` needs a bundle of the workflows beside it; one of the lane `large` runs none.
 */
export const workerOptions = (deps: StageDeps, input: LaneInput) =>
  ({
    activities: createActivities(deps),
    taskQueue: queueOf(input.taskQueue, input.lane),
    maxConcurrentActivityTaskExecutions: slotsOf(input),
    // A stage learns with a heartbeat's answer that somebody asked to stop. The engine would hold heartbeats back for
    // most of their timeout, and a person who pressed "stop" would watch for half a minute how it goes on.
    maxHeartbeatThrottleInterval: '1 second',
    // The engine gives the next task of a workflow to the worker that had the last one. If that worker was killed, the task
    // waits so long before any other gets it; to read a history of ours from its beginning takes milliseconds.
    stickyQueueScheduleToStartTimeout: '1 second',
  }) satisfies Partial<WorkerOptions>;
