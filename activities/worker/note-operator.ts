import { Context } from '@temporalio/activity';
import { type Database, inOrganization } from '../../db/client.ts';
import { isOperatorUnknown, setOperator } from '../../db/mass-edits/operators.ts';
import { API_IDENTITY, type MassEditRef, type RequestedDecision, SIGNALS } from '../../workflows/contract.ts';

const SIGNAL_OF: Partial<Record<RequestedDecision['decision'], string>> = {
  approve: SIGNALS.approve,
  skip_deletions: SIGNALS.skipDeletions,
  cancel: SIGNALS.cancel,
};
/** The limit of the database column. */
const LONGEST_IDENTITY = 200;

/**
 * Stores which operator decided or cancelled in the engine's own UI or CLI. A workflow does not see who signalled, but
 * its history has the identity with the event. Notes nothing if a caller of the API or the clock decided. A second run
 * changes nothing. A failure is logged and not thrown: the decision counts anyway.
 */
export async function noteOperator(db: Database, edit: MassEditRef, asked: RequestedDecision): Promise<void> {
  try {
    if (!SIGNAL_OF[asked.decision]) return;
    if (!(await inOrganization(db, edit.organizationId, (tx) => isOperatorUnknown(tx, edit.massEditId)))) return;
    const identity = await identityOf(edit, asked);
    if (!identity || identity.startsWith(API_IDENTITY)) return;
    await inOrganization(db, edit.organizationId, (tx) => setOperator(tx, edit.massEditId, identity));
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    Context.current().log.warn('the operator who answered could not be noted', { kind });
  }
}

/** The identity of the event: the first signal with the same payload, or the request to cancel. */
async function identityOf({ massEditId }: MassEditRef, asked: RequestedDecision): Promise<string | undefined> {
  const { client, info } = Context.current();
  if (!info.workflowExecution) return undefined;
  const { workflowId, runId } = info.workflowExecution;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const isAsked = (payload: Partial<RequestedDecision> & { massEditId?: string }): boolean =>
    payload.massEditId === massEditId &&
    (asked.decision === 'cancel' ||
      (payload.listDigest === asked.listDigest &&
        payload.count === asked.count &&
        payload.answersCount === asked.answersCount));
  for (const event of events ?? []) {
    const signal = event.workflowExecutionSignaledEventAttributes;
    const cancel = event.workflowExecutionCancelRequestedEventAttributes;
    const found = asked.decision === 'cancel' && cancel ? cancel.identity : undefined;
    const signalled =
      signal?.signalName === SIGNAL_OF[asked.decision] && isAsked(payloadOf(signal?.input?.payloads?.[0]?.data))
        ? signal?.identity
        : undefined;
    const identity = found || signalled;
    if (identity) return printable(identity);
  }
  return undefined;
}

function payloadOf(data: Uint8Array | null | undefined): object {
  try {
    const payload: unknown = JSON.parse(Buffer.from(data ?? []).toString());
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {}; // no JSON, so the workflow ignored this answer
  }
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e\xa0-\uffff]/g, '').slice(0, LONGEST_IDENTITY);
