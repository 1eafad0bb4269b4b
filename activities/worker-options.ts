import type { WorkerOptions } from '@temporalio/worker';
import { type Lane, queueOf } from '../workflows/contract.ts';
import { createActivities } from './index.ts';
import type { StageDeps } from './stage-runner/stage.ts';

/** Stages of small files that one worker runs at a time: each is a few transactions. */
const SMALL_STAGES = 4;

export type LaneInput = {
  lane: Lane;
  /** The task queue of the workflows. */
  taskQueue: string;
  /** Stages of large files that one worker runs at a time. */
  largeStages: number;
};

/** Stages that a lane of one worker runs at a time. */
const slotsOf = ({ lane, largeStages }: Pick<LaneInput, 'lane' | 'largeStages'>): number =>
  lane === 'small' ? SMALL_STAGES : largeStages;

/** A stage uses two connections to write and one to read ahead. Two more serve the claims of all stages. */
export const connectionsOf = (lanes: readonly Lane[], largeStages: number): number =>
  lanes.reduce((sum, lane) => sum + slotsOf({ lane, largeStages }) * 3, 0) + 2;

/**
 * The options of every worker of a lane, without connection and bundle. A worker of the lane `small` also needs a
 * bundle of the workflows; one of the lane `large` runs none.
 */
export const workerOptions = (deps: StageDeps, input: LaneInput) =>
  ({
    activities: createActivities(deps),
    taskQueue: queueOf(input.taskQueue, input.lane),
    maxConcurrentActivityTaskExecutions: slotsOf(input),
    // The answer to a heartbeat tells a stage about a cancellation. By default the engine delays heartbeats for most of
    // their timeout. After pressing "stop", an administrator would watch the stage go on for half a minute.
    maxHeartbeatThrottleInterval: '1 second',
    // The engine gives the next task of a workflow to the worker that had the last one. If that worker was killed, the
    // task waits this long before another worker gets it. Replaying one of our histories takes milliseconds.
    stickyQueueScheduleToStartTimeout: '1 second',
  }) satisfies Partial<WorkerOptions>;
