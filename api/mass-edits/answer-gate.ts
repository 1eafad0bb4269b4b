import type { Transaction } from '../../db/client.ts';
import { decide } from '../../db/mass-edits/decisions.ts';
import { findMassEdit, type MassEditView } from '../../db/mass-edits/mass-edits.ts';
import { type Dependence, dependenceOf } from '../../db/people/second-person.ts';
import type { Caller } from '../../db/people/tokens.ts';
import { answersRemoved, type GateAnswer, gateRefusalOf, isSecondPersonRequired } from '../../rules/gate.ts';
import type { AsCaller } from '../auth.ts';
import { throwProblem } from '../problems.ts';
import { signalDecision, type TemporalDeps } from '../temporal.ts';

/** `acknowledged`: the ticked box, which an approval needs. */
type AcknowledgedAnswer = GateAnswer & { listDigest: string; acknowledged?: boolean };

/**
 * Answers a mass edit that waits at the gate. The decision is a compare-and-set in the database: one of many callers,
 * operators and the clock wins. Then the workflow is signalled, or the reconciler signals it later.
 *
 * @param asCaller runs the writes for the caller who answers
 * @param onSignalFailed called if the signal could not be sent
 * @returns the mass edit after the answer
 * @throws a problem, in this order: those of `asCaller`, `not_awaiting_approval`, `list_changed`, `nothing_to_skip`,
 *   `acknowledgement_missing`, `count_mismatch`, `second_person_required`
 */
export async function answerGate(
  { temporal }: Pick<TemporalDeps, 'temporal'>,
  asCaller: AsCaller,
  edit: MassEditView,
  answer: AcknowledgedAnswer,
  onSignalFailed: (error: unknown) => void,
): Promise<MassEditView> {
  const decided = await asCaller(async (tx, caller) => {
    assertGateIsOpen(edit, answer);
    assertAnswerIsValid(edit, answer);
    await refuseTied(tx, edit, answer, caller);
    const { decision, listDigest } = answer;
    const { won } = await decide(tx, { id: edit.id, decision, listDigest, by: caller.user.id });
    const now = await findMassEdit(tx, edit.publicId);
    if (!now) throw new Error('The mass edit was there a moment ago');
    if (won) return now;
    assertGateIsOpen(now, answer);
    throw new Error('A mass edit that waits for this answer did not take it');
  });
  const { organizationId, publicId, workflowRunId, listDigest, deletions } = decided;
  const answersCount = answersRemoved(decided.gate) || undefined;
  const to = { organizationId, massEditId: publicId, runId: workflowRunId ?? '' };
  const signalled = { ...to, decision: answer.decision, listDigest, deletions, answersCount };
  await signalDecision(temporal, signalled).catch(onSignalFailed);
  return decided;
}

function assertGateIsOpen(edit: MassEditView, answer: AcknowledgedAnswer): void {
  const { state, decision } = edit;
  if (state !== 'awaiting_approval' || decision !== null) {
    throwProblem('not_awaiting_approval', `${WHY_NOT[decision ?? state]} Its state is "${state}".`, {
      state,
      decision,
    });
  }
  if (answer.listDigest !== edit.listDigest) {
    throwProblem('list_changed', 'The list that was shown is not the one that waits. Look at it again, then answer.');
  }
}

const WHY_NOT = {
  validating: 'The mass edit is still being validated. There is nothing to answer yet.',
  awaiting_approval: 'No answer is asked for.',
  applying: 'The mass edit is being applied already.',
  ended: 'The mass edit has ended.',
  approve: 'It is approved already.',
  skip_deletions: 'It is already answered that no user is to be deleted.',
  cancel: 'It is cancelled already.',
  expire: 'It has expired without an answer.',
};

function assertAnswerIsValid(edit: MassEditView, answer: AcknowledgedAnswer): void {
  const wrong = gateRefusalOf(edit, answer);
  if (wrong === 'nothing_to_skip') {
    throwProblem(
      'nothing_to_skip',
      'This mass edit deletes no user, so there is nothing to leave out. Approve it, or cancel it.',
    );
  }
  if (answer.decision === 'approve' && answer.acknowledged !== true) {
    throwProblem('acknowledgement_missing', 'To approve, "acknowledged" has to be true: the box has to be ticked.');
  }
  if (wrong) throwProblem('count_mismatch', WRONG_NUMBERS[wrong], { field: wrong });
}

const WRONG_NUMBERS = {
  count: '"count" has to be the number of users that would be deleted, as "deletion.count" shows it.',
  answersCount: '"answersCount" has to be the number of answers that would be removed, as "gate.reasons" shows it.',
};

/** An organization may require a second person for an answer. Another token is not enough: see `Dependence`. */
async function refuseTied(
  tx: Transaction,
  edit: MassEditView,
  { decision }: AcknowledgedAnswer,
  caller: Caller,
): Promise<void> {
  if (!isSecondPersonRequired(edit, decision)) return;
  const because = await dependenceOf(tx, caller.tokenId, edit.id);
  if (because) throwProblem('second_person_required', `${NO_SECOND[because]} ${WHO_ELSE}`, { because });
}

const NO_SECOND: Record<Dependence, string> = {
  uploader: 'In this organization the uploader of the file may not give this answer.',
  token:
    'The uploader of the file made this token, or made a token that it was made with, so its holder counts as the uploader.',
  user: 'The uploader, or a file of the uploader, created or restored your user or gave it an email or external id, so you do not count as a second person.',
  maker:
    'The uploader, or a file of the uploader, created or restored the administrator who made this token, or gave that user an email or external id, so its holder does not count as a second person.',
};
const WHO_ELSE =
  'An approver or administrator has to answer who does not depend on the uploader. /problems/second_person_required says who that is.';
