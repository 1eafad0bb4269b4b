import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { type Database, inOrganization } from '../db/client.ts';
import { type MassEditView, setWorkflowRunId } from '../db/mass-edits.ts';
import {
  type Answer,
  type Approval,
  type Decision,
  type MassEditInput,
  type Options,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  STAGE_NAMES,
  WORKFLOW_TYPE,
  workflowIdOf,
} from '../workflows/contract.ts';

export type EngineDeps = { db: Database; temporal: Client; config: { taskQueue: string } };
export type ToStart = Pick<MassEditView, 'organizationId' | 'publicId' | 'options' | 'approvalTimeoutMs'>;
export type ToSignal = { organizationId: string; massEditId: string; runId: string };

/** A call that takes longer than this is one that does not come back; it is repeated by the sweeper. */
const CALL_TIMEOUT_MS = 5_000;
/** Between two tries while the run before is closing, which takes one task of its workflow. */
const CLOSING_PAUSE_MS = 100;

/**
 * Starts the workflow of a stored mass edit and notes its run. The workflow id is the lock: one open run an organization.
 * The organization's earlier run may still be closing, as the database ends before the engine does: that is waited for.
 * Run twice, or by two at once, one run comes of it, and both find it.
 *
 * @param patienceMs how long to wait for an earlier run to close
 * @returns whether the run of this mass edit is there
 * @throws what the engine's client throws, where the engine cannot be reached
 */
export async function startMassEdit(deps: EngineDeps, edit: ToStart, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const runId = await startOrFind(deps, edit);
    if (runId !== null) {
      await inOrganization(deps.db, edit.organizationId, (tx) => setWorkflowRunId(tx, edit.publicId, runId));
      return true;
    }
    if (Date.now() >= deadline) return false;
    await pause(CLOSING_PAUSE_MS);
  }
}

/**
 * Tells a waiting mass edit what was decided. The signal names the run, the mass edit and the list; sent again it
 * changes nothing, as the decision is in the database.
 *
 * @throws what the engine's client throws; the sweeper repeats it
 */
export async function signalDecision(
  temporal: Client,
  edit: ToSignal & { decision: Decision; listDigest: string | null; deletions: number },
): Promise<void> {
  const answer: Answer = { massEditId: edit.massEditId, listDigest: edit.listDigest ?? undefined };
  if (edit.decision === 'approve') {
    const approval: Approval = {
      massEditId: edit.massEditId,
      listDigest: edit.listDigest ?? '',
      count: edit.deletions,
    };
    await signal(temporal, edit, SIGNALS.approve, approval);
  } else if (edit.decision === 'skip_deletions') await signal(temporal, edit, SIGNALS.skipDeletions, answer);
  else if (edit.decision === 'cancel') await signal(temporal, edit, SIGNALS.cancel, answer);
}

/** Asks a mass edit under way to stop. As `signalDecision`. */
export async function signalCancellation(temporal: Client, edit: ToSignal): Promise<void> {
  await signal(temporal, edit, SIGNALS.cancel, { massEditId: edit.massEditId });
}

/** Whether the engine answers; waits a second at most. */
export async function engineAnswers(temporal: Client): Promise<boolean> {
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

/** The id of the run of this mass edit: started now, or by somebody else before. Null where another one holds the lock. */
async function startOrFind({ temporal, config }: EngineDeps, edit: ToStart): Promise<string | null> {
  const workflowId = workflowIdOf(edit.organizationId);
  const input: MassEditInput = {
    organizationId: edit.organizationId,
    massEditId: edit.publicId,
    options: edit.options,
    approvalTimeoutMs: edit.approvalTimeoutMs,
  };
  return temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, async () => {
    try {
      const started = await temporal.workflow.start(WORKFLOW_TYPE, {
        workflowId,
        taskQueue: config.taskQueue,
        workflowIdConflictPolicy: 'FAIL',
        args: [input],
        staticSummary: `Mass edit: ${inWords(edit.options)}`,
        memo: { organizationId: edit.organizationId, massEditId: edit.publicId },
        typedSearchAttributes: new TypedSearchAttributes([
          { key: organizationKey, value: edit.organizationId },
          { key: stageKey, value: STAGE_NAMES[0] },
        ]),
      });
      return started.firstExecutionRunId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const running = await temporal.workflow.getHandle(workflowId).describe();
      return running.memo?.massEditId === edit.publicId ? running.runId : null;
    }
  });
}

async function signal(temporal: Client, to: ToSignal, name: string, payload: Approval | Answer): Promise<void> {
  await temporal.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
    temporal.workflow.getHandle(workflowIdOf(to.organizationId), to.runId).signal(name, payload),
  );
}

function inWords(options: Options): string {
  const said = [
    options.resetEmptyFields ? 'reset empty fields' : null,
    options.deleteMissingUsers ? 'delete users that are not in the file' : null,
    options.review === 'always' ? 'review before applying' : null,
  ].filter((option) => option !== null);
  return said.join(', ') || 'no options';
}
