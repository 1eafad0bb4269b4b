import { CancelledFailure, type Info } from '@temporalio/activity';
import { Counter, Histogram } from 'prom-client';
import type { Database } from '../../db/client.ts';
import { processMetrics } from '../../monitoring/metrics.ts';
import type { Lane, MassEditResult } from '../../workflows/contract.ts';

/** From a small file to a million rows. */
const STAGE_BUCKETS = [0.01, 0.05, 0.2, 1, 5, 20, 60, 300, 1_800, 7_200];
const QUEUE_BUCKETS = [0.01, 0.05, 0.2, 1, 5, 20, 60, 300, 1_800];
const RESULTS = ['created', 'updated', 'unchanged', 'refused', 'skipped'] as const;

export type WorkerMetrics = {
  /** Call it when an attempt begins, and its return value at the end with the result or the error. */
  began: (lane: Lane, info: Pick<Info, 'activityType' | 'currentAttemptScheduledTimestampMs'>) => Ended;
  /** The text of `/metrics`, without the metrics of the engine's library. */
  text: () => Promise<string>;
};
type Ended = (result: unknown) => void;

/** The metrics of a worker process: duration and result of its attempts. */
export function workerMetrics(db: Database): WorkerMetrics {
  const registry = processMetrics(db);
  const registers = [registry];
  const stage = new Histogram({
    name: 'mass_edit_stage_duration_seconds',
    help: 'Time that an attempt of a stage took, by the name of its activity and how it ended.',
    labelNames: ['stage', 'result'],
    buckets: STAGE_BUCKETS,
    registers,
  });
  const queue = new Histogram({
    name: 'mass_edit_queue_duration_seconds',
    help: 'Time that an attempt of a stage waited in the task queue.',
    labelNames: ['lane'],
    buckets: QUEUE_BUCKETS,
    registers,
  });
  const ended = new Counter({
    name: 'mass_edit_ended_total',
    help: 'Mass edits that ended.',
    labelNames: ['outcome'],
    registers,
  });
  const rows = new Counter({
    name: 'mass_edit_rows_total',
    help: 'Rows of mass edits that ended, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const deleted = new Counter({ name: 'mass_edit_users_deleted_total', help: 'Users that were deleted.', registers });
  const countEnd = ({ outcome, counts }: MassEditResult): void => {
    ended.inc({ outcome });
    for (const result of RESULTS) rows.inc({ result }, counts[result]);
    deleted.inc(counts.deleted);
  };
  return {
    began: (lane, { activityType, currentAttemptScheduledTimestampMs }) => {
      queue.observe({ lane }, Math.max(0, Date.now() - currentAttemptScheduledTimestampMs) / 1000);
      const end = stage.startTimer({ stage: activityType });
      return (outcome) => {
        end({
          result: outcome instanceof Error ? (outcome instanceof CancelledFailure ? 'cancelled' : 'failed') : 'done',
        });
        if (activityType === 'settle' && !(outcome instanceof Error)) countEnd(outcome as MassEditResult);
      };
    },
    text: () => registry.metrics(),
  };
}
