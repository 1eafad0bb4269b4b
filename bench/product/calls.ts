import type postgres from 'postgres';
import { demoApi, textIn } from '../../dev/demo/api.ts';
import type { State } from '../../workflows/contract.ts';
import type { BenchOrganization } from './import-via-product.ts';

/** The API of one organization, by the path below it. */
export type Calls = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Calls like a program that keeps its connection. Throws if the answer is not a success. */
export function callsOf({ apiUrl, id, token }: BenchOrganization): Calls {
  return async (method, path, body) => {
    const response = await fetch(`${apiUrl}/v1/organizations/${id}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return text === '' ? null : JSON.parse(text);
  };
}

/** The same organization with a token of its own, because each token has a limit of calls a minute. */
export async function withOwnToken(benched: BenchOrganization, name: string): Promise<BenchOrganization> {
  const wanted = { userEmail: 'bench@example.com', role: 'admin', name };
  const made = await demoApi(benched).post(`/v1/organizations/${benched.id}/tokens`, wanted);
  return { ...benched, token: textIn(made, 'token') };
}

/** Waits until the newest mass edit of an organization is in a state, and returns its public id. */
export async function newestIn(sql: postgres.Sql, { id }: BenchOrganization, state: State): Promise<string> {
  for (;;) {
    const [newest] = await sql<{ publicId: string; state: State }[]>`
      select public_id as "publicId", state from mass_edits where organization_id = ${id} order by id desc limit 1`;
    if (newest?.state === state) return newest.publicId;
    if (newest?.state === 'ended') throw new Error(`The mass edit ended before it was ${state}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const LOOK_EVERY_MS = 20;
