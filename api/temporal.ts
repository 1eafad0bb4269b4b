import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { type Database, inOrganization } from '../db/client.ts';
import { type MassEditView, setWorkflowRunId } from '../db/mass-edits/mass-edits.ts';
import {
  type Decision,
  type MassEditInput,
  type Options,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  type SignalledAnswer,
  STAGE_NAMES,
  WORKFLOW_TYPE,
  workflowIdOf,
} from '../workflows/contract.ts';

export type TemporalDeps = { db: Database; temporal: Client; config: { taskQueue: string } };
export type MassEditToStart = Pick<
  MassEditView,
  'organizationId' | 'publicId' | 'options' | 'approvalTimeoutMs' | 'sizeBytes'
>;
export type RunToSignal = { organizationId: string; massEditId: string; runId: string };

/** A call that takes longer is given up. The reconciler repeats it. */
const CALL_TIMEOUT_MS = 5_000;
/** The pause between two attempts while the earlier run closes, which takes one task of its workflow. */
const CLOSING_PAUSE_MS = 100;

/**
 * Starts the workflow of a stored mass edit and saves its run id. The workflow id is the lock: one open run for each
 * organization. The organization's earlier run may still be closing, because a mass edit ends in the database before it
 * ends in the engine. The start waits for that. A second or a simultaneous start finds the same run.
 *
 * @param patienceMs how long to wait for an earlier run to close
 * @returns whether the run of this mass edit exists
 * @throws the errors of the engine's client, if the engine cannot be reached
 */
export async function startMassEdit(deps: TemporalDeps, edit: MassEditToStart, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const runId = await startRun(deps, edit);
    if (runId !== null) {
      await inOrganization(deps.db, edit.organizationId, (tx) => setWorkflowRunId(tx, edit.publicId, runId));
      return true;
    }
    if (Date.now() >= deadline) return false;
    await pause(CLOSING_PAUSE_MS);
  }
}

/**
 * Sends the decision to a waiting mass edit. The signal names the run, the mass edit and the list. A second signal
 * changes nothing, because the decision is in the database.
 *
 * @throws the errors of the engine's client; the reconciler repeats the signal
 */
export async function signalDecision(
  temporal: Client,
  edit: RunToSignal & { decision: Decision; listDigest: string | null; deletions: number; answersCount?: number },
): Promise<void> {
  const { massEditId, decision, listDigest, deletions, answersCount } = edit;
  const answer: SignalledAnswer = { massEditId, listDigest: listDigest ?? undefined, answersCount };
  if (decision === 'approve') await signal(temporal, edit, SIGNALS.approve, { ...answer, count: deletions });
  else if (decision === 'skip_deletions') await signal(temporal, edit, SIGNALS.skipDeletions, answer);
  else if (decision === 'cancel') await signal(temporal, edit, SIGNALS.cancel, answer);
}

/** Asks a running mass edit to stop. As `signalDecision`. */
export async function signalCancellation(temporal: Client, edit: RunToSignal): Promise<void> {
  await signal(temporal, edit, SIGNALS.cancel, { massEditId: edit.massEditId });
}

/**
 * Starts a run of a mass edit. A run of a mass edit that was applied in part continues after the checkpoints.
 *
 * @returns the id of its run, started now or before; null if another mass edit holds the lock
 */
export async function startRun({ temporal, config }: TemporalDeps, edit: MassEditToStart): Promise<string | null> {
  return temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
    try {
      const started = await temporal.workflow.start(WORKFLOW_TYPE, {
        ...startOptions(edit, config.taskQueue),
        workflowIdConflictPolicy: 'FAIL',
      });
      return started.firstExecutionRunId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const running = await currentRunOf(temporal, edit.organizationId);
      return running?.massEditId === edit.publicId ? running.runId : null;
    }
  });
}

export type CurrentRun = { runId: string; massEditId: unknown; isOpen: boolean };

/** The organization's run: the open one or the last one; null if the engine knows none. */
export async function currentRunOf(temporal: Client, organizationId: string): Promise<CurrentRun | null> {
  return temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
    try {
      const run = await temporal.workflow.getHandle(workflowIdOf(organizationId)).describe();
      return { runId: run.runId, massEditId: run.memo?.massEditId, isOpen: run.status.name === 'RUNNING' };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  });
}

/**
 * Starts a run that only ends the mass edit: the signal to cancel arrives before the first step. Applied changes stay
 * and are counted, as after any cancellation.
 *
 * @returns the id of that run
 */
export async function startToCancel({ temporal, config }: TemporalDeps, edit: MassEditToStart): Promise<string> {
  return temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
    const handle = await temporal.workflow.signalWithStart(WORKFLOW_TYPE, {
      ...startOptions(edit, config.taskQueue),
      signal: SIGNALS.cancel,
      signalArgs: [{ massEditId: edit.publicId } satisfies SignalledAnswer],
    });
    return handle.signaledRunId;
  });
}

/** Whether the engine answers; waits a second at most. */
export async function isTemporalReachable(temporal: Client): Promise<boolean> {
  const { connection } = temporal;
  try {
    await connection.withDeadline(Date.now() + PROBE_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}
const PROBE_TIMEOUT_MS = 1_000;

const stageKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.stage, 'KEYWORD');
const organizationKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.organizationId, 'KEYWORD');

function startOptions(edit: MassEditToStart, taskQueue: string) {
  const { organizationId, publicId: massEditId, options, approvalTimeoutMs, sizeBytes } = edit;
  const input: MassEditInput = { organizationId, massEditId, options, approvalTimeoutMs, sizeBytes };
  return {
    workflowId: workflowIdOf(organizationId),
    taskQueue,
    args: [input],
    staticSummary: `Mass edit: ${describeOptions(options)}`,
    memo: { organizationId, massEditId },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: organizationKey, value: organizationId },
      { key: stageKey, value: STAGE_NAMES[0] },
    ]),
  };
}

async function signal(temporal: Client, to: RunToSignal, name: string, payload: SignalledAnswer): Promise<void> {
  await temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
    temporal.workflow.getHandle(workflowIdOf(to.organizationId), to.runId).signal(name, payload),
  );
}

function describeOptions(options: Options): string {
  const chosen = [
    options.resetEmptyFields ? 'reset empty fields' : null,
    options.deleteMissingUsers ? 'delete users that are not in the file' : null,
    options.review === 'always' ? 'review before applying' : null,
  ].filter((option) => option !== null);
  return chosen.join(', ') || 'no options';
}
