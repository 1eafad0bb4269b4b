import type { WorkerOptions } from '@temporalio/worker';
import type { StageDeps } from './in-chunks.ts';
import { createActivities } from './index.ts';

/** Stages that one worker runs at a time; two cores do not carry more. */
const STAGES_AT_ONCE = 8;
/** A stage writes two chunks at a time and reads ahead of them; two more for all of them claim the next. */
export const CONNECTIONS = STAGES_AT_ONCE * 3 + 2;

/** What every worker of this product has in common, wherever its connection and its bundle come from. */
export const workerOptions = (deps: StageDeps) =>
  ({
    activities: createActivities(deps),
    maxConcurrentActivityTaskExecutions: STAGES_AT_ONCE,
    // A stage learns with a heartbeat's answer that somebody asked to stop. The engine would hold heartbeats back for
    // most of their timeout, and a person who pressed "stop" would watch for half a minute how it goes on.
    maxHeartbeatThrottleInterval: '1 second',
  }) satisfies Partial<WorkerOptions>;
