import type { ActivityOptions } from '@temporalio/workflow';
import { type Counts, laneOf, type MassEditInput, queueOf, SMALL_UP_TO_BYTES, type StageName } from './contract.ts';

type Stage = {
  /** From 1, as in "Stage 5 of 7". Checkpoints, findings and failures are stored with it. */
  number: number;
  /** A greater fence order takes the fence from a smaller one, and never the other way. */
  fenceOrder: number;
  /**
   * The first step that applies rows in user id order. From this step on, the cursor is the last user that the stage
   * has passed.
   */
  appliesRowsFromStep: number | null;
};

/** The only place that has numbers of stages and steps. SQL and activities take them from here. */
export const STAGES = {
  Validation: { number: 1, fenceOrder: 10, appliesRowsFromStep: null },
  'Cycle detection': { number: 2, fenceOrder: 20, appliesRowsFromStep: null },
  'Creating new segments': { number: 3, fenceOrder: 30, appliesRowsFromStep: null },
  'Delete users': { number: 4, fenceOrder: 40, appliesRowsFromStep: null },
  // Step 0 looks for cycles once more.
  'Upsert users': { number: 5, fenceOrder: 50, appliesRowsFromStep: 1 },
  'Attribute mutations': { number: 6, fenceOrder: 60, appliesRowsFromStep: 0 },
  'Backdating changes': { number: 7, fenceOrder: 70, appliesRowsFromStep: 0 },
} as const satisfies Record<StageName, Stage>;

/** A stage that applies rows of the plan. */
export type RowStage = {
  [Name in StageName]: (typeof STAGES)[Name]['appliesRowsFromStep'] extends number ? Name : never;
}[StageName];

/**
 * The counts of a frozen plan that give a stage work. A frozen plan only loses work: after the freeze rows can be
 * refused, users can be kept, and no row or user is added. So a stage without work at the freeze stays without work.
 *
 * *Upsert users* searches for cycles again before it writes users. Without users to write, no row can close a cycle.
 * *Delete users* clears references that other writers add while the gate waits. Without users to delete, there is no
 * such reference.
 */
const WORK = {
  'Creating new segments': ['segmentsCreated'],
  'Delete users': ['deleted'],
  'Upsert users': ['created', 'updated'],
  'Attribute mutations': ['membershipsChanged'],
  'Backdating changes': ['backdated'],
} as const satisfies Partial<Record<StageName, (keyof Counts)[]>>;

/** The stages that have nothing to do if these are the counts of the plan. */
export const stagesWithoutWork = (planned: Counts): StageName[] =>
  (Object.keys(WORK) as (keyof typeof WORK)[]).filter((stage) => WORK[stage].every((count) => planned[count] === 0));

/** The fence orders of what runs beside the stages: stage 2 once more before stage 3 begins, and the end behind all stages. */
export const FENCE_ORDERS = { cycleDetectionAgain: 25, finish: 80 } as const;

/**
 * Timeouts, retries, lanes and priorities of the activities; they stand only here.
 *
 * The engine limits a stage by time and not by attempts, because each restart of a worker uses up an attempt. Twelve
 * hours of retries outlast any repair of a database; a mass edit that still makes no progress needs an operator.
 * Attempts that fail by themselves are counted in the database (activities/stage-runner/failed-attempts.ts). A stage
 * heartbeats with every chunk and every five seconds, so thirty seconds of silence mean a dead or frozen worker. The
 * workflow waits for a cancelled stage to stop, so "cancelled" is reported only after the last write.
 */
const STAGE: ActivityOptions = {
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '30 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** The engine's priorities go from 1, the first, to 5. */
const FIRST = 1;

/**
 * Recording a decision and finishing a mass edit are one transaction each. They heartbeat every second, so the death of
 * a worker costs five seconds. To finish a million rows on a busy machine may take longer than that.
 */
export const RECORD: ActivityOptions = {
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  priority: { priorityKey: FIRST },
};

/** Upper limits of the size classes. Larger files are in the last class. */
const CLASSES_UP_TO_BYTES = [2 ** 16, SMALL_UP_TO_BYTES, 2 ** 24];

/**
 * The options of the stages of one mass edit. They run in the lane for the size of its file, before larger files in
 * that lane. The first stage comes one priority after the other stages of its size class. So a mass edit that has begun
 * continues before the next one begins. Then each of many ends as early as it can, and not all at the very end.
 *
 * A priority only orders waiting tasks. A large file waits as long as smaller ones take all slots of its lane. If that
 * never ends, the lane has too few workers for any order.
 *
 * @param taskQueue of the workflow
 * @returns the options of a stage
 */
export function stageOptions(
  { sizeBytes = 0 }: MassEditInput,
  taskQueue: string,
): (stage: StageName) => ActivityOptions {
  const sizeClass = CLASSES_UP_TO_BYTES.filter((bytes) => sizeBytes > bytes).length;
  const priorityKey = FIRST + sizeClass;
  return (stage) => ({
    ...STAGE,
    taskQueue: queueOf(taskQueue, laneOf(sizeBytes)),
    priority: { priorityKey: stage === 'Validation' ? priorityKey + 1 : priorityKey },
  });
}
