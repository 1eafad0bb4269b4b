import { ApplicationFailure, CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type ApprovalGate, openApprovalGate } from './approval-gate.ts';
import type {
  Decision,
  Ending,
  FailureReason,
  FrozenPlan,
  MassEditInput,
  MassEditRef,
  MassEditResult,
} from './contract.ts';
import { failureMessageOf, failureReasonOf } from './failure.ts';
import { createOperatorView, type OperatorView } from './operator-view.ts';
import { applyPlan, createStageRunner } from './stage-calls.ts';
import { RECORD } from './stages.ts';

const records = proxyActivities<Activities>(RECORD);

/**
 * One mass edit: an uploaded file, carried through the seven stages. Validation and cycle detection make a plan and
 * write nothing to live data. The gate waits for a decision if the plan gives a reason (rules/gate.ts). Then the plan
 * is applied, stage by stage.
 *
 * Refused rows are data: the workflow still completes. It fails only if an operator must look.
 *
 * @returns the outcome, with the counts of what was applied
 * @throws ApplicationFailure if a stage could not be completed, or if the active users at the end are not as many as
 *   expected. The message has the stage and the reason, and the type is the reason. Changes applied until then stay and
 *   are reported
 */
export async function massEdit(input: MassEditInput): Promise<MassEditResult> {
  const edit: MassEditRef = { organizationId: input.organizationId, massEditId: input.massEditId };
  const display = createOperatorView(input);
  const work = new CancellationScope();
  const gate = openApprovalGate(input, { cancel: () => work.cancel(), refuse: display.refused });
  try {
    return await work.run(() => runPipeline(edit, input, gate, display));
  } catch (error) {
    return await CancellationScope.nonCancellable(() => endEarly(edit, error, display));
  }
}

async function runPipeline(
  edit: MassEditRef,
  input: MassEditInput,
  gate: ApprovalGate,
  display: OperatorView,
): Promise<MassEditResult> {
  const stage = createStageRunner(input, display);

  display.state('validating', 'Reading the file. Nothing is changed yet.');
  const file = await stage('Validation', (run) => run.validateFile(edit));
  if (file.fileError) return finishMassEdit(edit, 'file_error', display);

  const plan = await stage('Cycle detection', (run) => run.detectCycles(edit));
  const decision = plan.gate ? await waitForDecision(edit, input, plan, gate, display) : 'approve';
  if (decision === 'cancel' || decision === 'expire')
    return CancellationScope.nonCancellable(() => finishMassEdit(edit, decision, display));
  const agreed =
    decision === 'skip_deletions'
      ? await stage('Cycle detection', (run) => run.detectCyclesWithoutDeletions(edit))
      : plan;

  display.state('applying', 'Applying the plan.');
  const apply = applyPlan(agreed, stage, display);
  await apply('Creating new segments', (run) => run.createSegments(edit));
  await apply('Delete users', (run) => run.deleteUsers(edit));
  await apply('Upsert users', (run) => run.upsertUsers(edit));
  await apply('Attribute mutations', (run) => run.mutateAttributes(edit));
  await apply('Backdating changes', (run) => run.backdateChanges(edit));
  return finishMassEdit(edit, 'applied', display);
}

/**
 * The gate. The database holds the decision. The API records an answer there first; for an operator this function does.
 * Only the decision in force counts. After a refused answer (another list, no count) the gate still waits.
 */
async function waitForDecision(
  edit: MassEditRef,
  input: MassEditInput,
  plan: FrozenPlan,
  gate: ApprovalGate,
  display: OperatorView,
): Promise<Decision> {
  display.waits(plan);
  const opened = Date.now();
  for (;;) {
    const left = Math.max(opened + input.approvalTimeoutMs - Date.now(), 0);
    const asked = await CancellationScope.nonCancellable(() => gate.nextAnswer(left));
    const { inForce, refused } = await CancellationScope.nonCancellable(() => records.recordDecision(edit, asked));
    if (inForce) return inForce;
    if (refused) display.refused(asked.decision, refused);
  }
}

/** Ends early, on request or because a stage failed. Applied changes stay and are reported. */
async function endEarly(edit: MassEditRef, error: unknown, display: OperatorView): Promise<MassEditResult> {
  if (isCancellation(error)) return finishMassEdit(edit, 'cancel', display);
  const reason = failureReasonOf(error);
  const failed = await finishMassEdit(edit, 'fault', display, reason);
  throw ApplicationFailure.create({
    message: failureMessageOf(error, reason),
    type: reason,
    details: [failed.counts],
    nonRetryable: true,
  });
}

/** An operator finds the numbers in the worker's log and in the mass edit. */
const MISCOUNTED = 'The active users at the end are not those that there must be';

async function finishMassEdit(
  edit: MassEditRef,
  ending: Ending,
  display: OperatorView,
  reason?: FailureReason,
): Promise<MassEditResult> {
  const { miscounted, ...result } = await records.settle(edit, ending, reason);
  display.ended(result.outcome);
  if (miscounted && ending !== 'fault') throw ApplicationFailure.nonRetryable(MISCOUNTED, 'miscounted');
  return result;
}
