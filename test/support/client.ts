import { expect } from 'vitest';
import type { FindingJson } from '../../api/mass-edits/json/finding-json.ts';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { PlanRowJson } from '../../api/mass-edits/json/plan-row-json.ts';
import type { Options } from '../../workflows/contract.ts';
import { leaves } from './states.ts';
import { WAIT_MS } from './until.ts';

export type Answer<Body> = { status: number; body: Body; headers: Headers };
/** A refusal, as problem+json. */
export type Problem = { code: string; detail: string; status: number; current?: { href: string; startedBy: string } };
export type Settings = Partial<Options> & { headers?: Record<string, string> };
/** The fields of a user that a journey checks, in the format of API.md. */
export type UserJson = {
  id: string;
  email: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  attributes: Record<string, { value: unknown; segment: string | null; since: string; userId?: string }>;
  updatedAt: string;
};
export type HistoryJson = {
  memberships: { attribute: string; segment: string | null; from: string; to: string | null }[];
  changes: {
    at: string;
    field: string;
    before: unknown;
    after: unknown;
    massEditId: string | null;
    line: number | null;
    by: string | null;
  }[];
};
export type Client = ReturnType<typeof clientOf>;

/** Speaks to the API over HTTP with one token of one organization. It uses only what API.md documents. */
export function clientOf(url: string, organizationId: string, token: string) {
  const base = `${url}/v1/organizations/${organizationId}`;

  async function send(
    method: string,
    path: string,
    body?: string | Buffer | FormData,
    headers = {},
  ): Promise<Response> {
    const address = path.startsWith('/v1/') ? url + path : base + path;
    const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : body;
    return fetch(address, { method, body: sent, headers: { authorization: `Bearer ${token}`, ...headers } });
  }

  /** JSON in, JSON out, for any status. */
  async function json<Body = MassEditJson & Problem>(method: string, path: string, body?: unknown) {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await send(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
    return answered<Body>(answer);
  }

  /** A raw CSV with the options in the query. */
  async function upload(csv: string | Buffer, { headers = {}, ...options }: Settings = {}) {
    const query = new URLSearchParams(
      Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await send('POST', `/mass-edits?${query}`, csv, { 'content-type': 'text/csv', ...headers });
    return answered<MassEditJson & Problem>(answer);
  }

  /** The same as a form, as the page sends it: options before the file. */
  async function uploadForm(csv: string, options: Partial<Options> = {}, fileName = 'people.csv') {
    const form = new FormData();
    for (const [name, value] of Object.entries(options)) form.append(name, String(value));
    form.append('file', new Blob([csv], { type: 'text/csv' }), fileName);
    return answered<MassEditJson & Problem>(await send('POST', '/mass-edits', form));
  }

  const at = async (edit: { id: string }): Promise<MassEditJson> =>
    (await json<MassEditJson>('GET', `/mass-edits/${edit.id}`)).body;

  /** Waits for a state. The counts of each state on the way must add up. */
  async function reaches(edit: { id: string }, state: MassEditJson['state']): Promise<MassEditJson> {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const seen = await at(edit);
      expectSum(seen);
      if (seen.state === state) return seen;
      if (seen.state === 'ended') throw new Error(`Ended as ${seen.outcome} before ${state}`);
      if (Date.now() > end) throw new Error(`Waited in vain: ${state} of a mass edit, which is ${seen.state}`);
      await leaves(seen.state, edit.id);
    }
  }

  async function started(csv: string | Buffer, settings?: Settings): Promise<MassEditJson> {
    const { status, body } = await upload(csv, settings);
    expect(status, body.detail).toBe(202);
    return body;
  }

  /** An active user, as the API shows it. */
  async function user(email: string): Promise<UserJson | undefined> {
    const found = await json<{ items: UserJson[] }>('GET', `/users?email=${encodeURIComponent(email)}`);
    return found.body.items[0];
  }

  const answer = (edit: { id: string }, body: Record<string, unknown>) =>
    json('POST', `/mass-edits/${edit.id}/approval`, body);

  return {
    organizationId,
    token,
    json,
    upload,
    uploadForm,
    at,
    reaches,
    started,
    /** Uploads and waits for the end. */
    run: async (csv: string | Buffer, settings?: Settings) => reaches(await started(csv, settings), 'ended'),
    /** Uploads and waits for the gate. */
    toGate: async (csv: string, settings: Settings = { deleteMissingUsers: true }) =>
      reaches(await started(csv, settings), 'awaiting_approval'),
    approve: (edit: MassEditJson, extra: Record<string, unknown> = {}) =>
      answer(edit, {
        decision: 'approve',
        listDigest: edit.deletion?.listDigest,
        acknowledged: true,
        ...answersOf(edit),
        ...extra,
      }),
    skipDeletions: (edit: MassEditJson) =>
      answer(edit, { decision: 'skip_deletions', listDigest: edit.deletion?.listDigest, ...answersOf(edit) }),
    cancel: (edit: { id: string }) => json('POST', `/mass-edits/${edit.id}/cancellation`),
    findings: async (edit: { id: string }): Promise<FindingJson[]> =>
      (await json<{ items: FindingJson[] }>('GET', `/mass-edits/${edit.id}/findings?limit=200`)).body.items,
    rows: async (edit: { id: string }, show: string): Promise<PlanRowJson[]> =>
      (await json<{ items: PlanRowJson[] }>('GET', `/mass-edits/${edit.id}/rows?show=${show}&limit=200`)).body.items,
    user,
    url,
    /** The memberships of a user, and all changes, in the order that they happened. */
    history: async (email: string): Promise<HistoryJson> => {
      const { status, body } = await json<HistoryJson>('GET', `/users/${(await user(email))?.id}/history`);
      expect(status, JSON.stringify(body)).toBe(200);
      return body;
    },
    /** Changes a user by hand, as an administrator does. */
    change: async (email: string, patch: Record<string, unknown>): Promise<void> => {
      const { status, body } = await json('PATCH', `/users/${(await user(email))?.id}`, patch);
      expect(status, body?.detail).toBe(200);
    },
    /** A downloaded CSV: `missing-users.csv` of a mass edit. */
    download: async (edit: { id: string }, name: string): Promise<string> =>
      textOf(await send('GET', `/mass-edits/${edit.id}/${name}`)),
    template: async (name: string): Promise<string> => textOf(await send('GET', `/templates/${name}`)),
  };
}

/** Makes a token for a user, and speaks with it. The name of the token is its role. */
export async function tokenBy(maker: Client, userEmail: string, role: string): Promise<Client> {
  const { status, body } = await maker.json<{ token: string }>('POST', '/tokens', { userEmail, role, name: role });
  expect(status).toBe(201);
  return clientOf(maker.url, maker.organizationId, body.token);
}

/** The number of answers that the gate asks for, as an administrator types it. */
export function answersOf({ gate }: Pick<MassEditJson, 'gate'>): { answersCount?: number } {
  if (!gate?.answersCountRequired) return {};
  const [answersCount] = gate.reasons.flatMap((one) => (one.reason === 'answers_removed' ? [one.answers] : []));
  return { answersCount };
}

/** read = created + updated + unchanged + refused + skipped, in every state. */
function expectSum({ counts }: Pick<MassEditJson, 'counts'>): void {
  const { created, updated, unchanged, refused, skipped } = counts;
  expect(counts.read, JSON.stringify(counts)).toBe(created + updated + unchanged + refused + skipped);
}

async function answered<Body>(answer: Response): Promise<Answer<Body>> {
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : null) as Body, headers: answer.headers };
}

async function textOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(200);
  // A spreadsheet hides a BOM: it belongs to the file, not to a column name.
  return (await answer.text()).replace(/^\uFEFF/, '');
}
