import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { Decision } from '../../workflows/contract.ts';
import type { RandomFile } from '../model/random-file.ts';
import { answersOf } from '../support/client.ts';

/** The response, or null if there was none: torn connection, timeout, or a failure of the service (5xx). */
type Heard = { status: number; body: MassEditJson & { code?: string; decision?: Decision | null } } | null;
export type Client = ReturnType<typeof clientOf>;
export type Answered = 'taken' | 'refused' | 'unheard';

/** A client then stops waiting and retries. */
const ANSWER_WITHIN_MS = 15_000;
const AGAIN_AFTER_MS = 150;
/** No fault lasts longer. */
const PATIENCE_MS = 120_000;
const NO_LIST = 'f'.repeat(64);

/** Calls the API as a careful program does: a request without an answer is sent again, an upload with the same key. */
export function clientOf(url: string, organizationId: string, token: string) {
  const base = `${url}/v1/organizations/${organizationId}/mass-edits`;
  const authorization = `Bearer ${token}`;

  async function once(method: string, address: string, body?: BodyInit, headers = {}): Promise<Heard> {
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(address, { method, body, signal, headers: { authorization, ...headers } });
      const json = (await answer.json()) as NonNullable<Heard>['body'];
      return answer.status >= 500 || answer.status === 429 ? null : { status: answer.status, body: json };
    } catch {
      return null;
    }
  }

  async function insist<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(AGAIN_AFTER_MS)) {
      const heard = await ask();
      if (heard !== null) return heard;
    }
    throw new Error(`${what}: not answered for ${PATIENCE_MS / 1000} s`);
  }

  const at = (id: string): Promise<Heard> => once('GET', `${base}/${id}`);
  const decide = (id: string, decision: string, numbers: ReturnType<typeof gateOf>): Promise<Heard> => {
    const body = JSON.stringify({ decision, ...numbers, acknowledged: true });
    return once('POST', `${base}/${id}/approval`, body, { 'content-type': 'application/json' });
  };
  const addressOf = ({ options }: RandomFile): string =>
    `${base}?${new URLSearchParams(Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]))}`;

  return {
    at: async (id: string): Promise<MassEditJson> => {
      const { status, body } = await insist('The mass edit', () => at(id));
      if (status !== 200) throw new Error(`A mass edit that was acknowledged is not shown: ${status} ${body.code}`);
      return body;
    },
    /** One look; null if there was no answer. */
    glance: async (id: string): Promise<MassEditJson | null> => {
      const heard = await at(id);
      return heard?.status === 200 ? heard.body : null;
    },
    /** Uploads until it is acknowledged. Throws if the upload is refused for good: no upload may be refused here. */
    upload: async (file: RandomFile): Promise<string> => {
      const headers = { 'content-type': 'text/csv', 'idempotency-key': randomUUID() };
      const send = () => once('POST', addressOf(file), Buffer.from(file.bytes), headers);
      const { status, body } = await insist('The upload', send);
      if (status !== 202) throw new Error(`The upload was refused: ${status} ${body.code}`);
      return body.id;
    },
    /** Starts an upload that never completes: sends half of its bytes, calls `then`, and tears the connection. */
    uploadHalf: (file: RandomFile, then: () => void): Promise<void> =>
      new Promise((resolve) => {
        const half = Buffer.from(file.bytes.subarray(0, Math.ceil(file.bytes.length / 2)));
        const headers = { authorization, 'content-type': 'text/csv', 'content-length': file.bytes.length + 1 };
        const sending = request(addressOf(file), { method: 'POST', headers });
        sending.on('error', () => {});
        sending.on('close', () => resolve());
        sending.write(half, () => {
          then();
          setTimeout(() => sending.destroy(), HALF_LIES_MS);
        });
      }),
    /** Answers the gate until there is a response. An answer without a response may have taken effect too. */
    answer: async (edit: MassEditJson, decision: 'approve' | 'skip_deletions' | 'cancel'): Promise<void> => {
      const send = () =>
        decision === 'cancel'
          ? once('POST', `${base}/${edit.id}/cancellation`)
          : decide(edit.id, decision, gateOf(edit));
      const { status, body } = await insist('The answer', send);
      if (status === 202 || body.decision === decision) return;
      if (decision === 'cancel' && body.code === 'already_ended') return; // check-result.ts checks the outcome
      throw new Error(`The answer ${decision} was refused: ${status} ${body.code} (${body.decision})`);
    },
    /** Answers once, with a list that was not shown or against the decision: the answer must be refused. */
    answerWrongly: async (edit: MassEditJson, decision: 'approve' | 'skip_deletions', list: 'shown' | 'other') => {
      const shown = gateOf(edit);
      const heard = await decide(edit.id, decision, list === 'shown' ? shown : { ...shown, listDigest: NO_LIST });
      return answered(heard);
    },
  };
}

/** For this long the server waits for the rest of the upload. */
const HALF_LIES_MS = 400;

const gateOf = (edit: MassEditJson) => ({
  listDigest: edit.deletion?.listDigest ?? '',
  count: edit.deletion?.count ?? 0,
  ...answersOf(edit),
});
const answered = (heard: Heard): Answered => (heard === null ? 'unheard' : heard.status < 300 ? 'taken' : 'refused');
