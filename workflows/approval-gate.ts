import { CancellationScope, condition, defineSignal, setHandler } from '@temporalio/workflow';
import {
  type AnswerRefusal,
  type Decision,
  type MassEditInput,
  type RequestedDecision,
  SIGNALS,
  type SignalledAnswer,
} from './contract.ts';

export type ApprovalGate = {
  /** Waits for the next answer. Returns `expire` if no answer comes in time. */
  nextAnswer(timeoutMs: number): Promise<RequestedDecision>;
};

/**
 * Receives the answers at the gate. An answer comes from the API, which has recorded the decision before, or from an
 * operator in the engine's own UI. An answer names one mass edit; an answer for another mass edit is refused.
 *
 * @param on `cancel` is called for a request to stop, at the gate or in a stage; `refuse` for an answer to another mass
 *   edit
 */
export function openApprovalGate(
  input: MassEditInput,
  on: { cancel: () => void; refuse: (decision: Decision, why: AnswerRefusal) => void },
): ApprovalGate {
  const answers: RequestedDecision[] = [];
  const receive = (massEditId: unknown, asked: RequestedDecision): void => {
    if (massEditId === input.massEditId) answers.push(asked);
    else on.refuse(asked.decision, 'other_mass_edit');
  };
  const cancel = (): void => {
    answers.push({ decision: 'cancel' });
    on.cancel();
  };
  // "Request cancellation" in the engine's UI means the same, also while the gate waits.
  CancellationScope.current().cancelRequested.catch(cancel);

  setHandler(
    defineSignal<[SignalledAnswer]>(SIGNALS.approve),
    (approval) => receive(approval?.massEditId, { ...approval, decision: 'approve' }),
    {
      description:
        'Approve what the gate asks and apply. Payload: {"massEditId", "listDigest"}, "count" above the delete limit, and "answersCount" if many answers are removed. A number that is given must be right. The first three stand in the memo and in the details. Not taken if the organization demands a second person: the details say why an answer was not taken.',
    },
  );
  setHandler(
    defineSignal<[SignalledAnswer]>(SIGNALS.skipDeletions),
    (answer) => receive(answer?.massEditId, { ...answer, decision: 'skip_deletions' }),
    {
      description:
        'Apply everything but the deletions. Payload: {"massEditId"}. Not taken if there are none, or if answers are removed or a review was asked for and the organization demands a second person.',
    },
  );
  setHandler(
    defineSignal<[SignalledAnswer]>(SIGNALS.cancel),
    (answer) => {
      if (answer?.massEditId === input.massEditId) cancel();
      else on.refuse('cancel', 'other_mass_edit');
    },
    {
      description: 'Stop. At the gate nothing has been changed; later, what is applied stays. Payload: {"massEditId"}.',
    },
  );

  return {
    nextAnswer: async (timeoutMs) => {
      const waitMs = Math.max(timeoutMs, 1);
      const until = new Date(Date.now() + waitMs).toISOString().slice(0, 16).replace('T', ' ');
      // A summary is not part of the command, so histories without a summary replay.
      const summary = `Waits for a person until ${until} UTC`;
      const answered = await condition(() => answers.length > 0, waitMs, { summary });
      return (answered ? answers.shift() : undefined) ?? { decision: 'expire' };
    },
  };
}
