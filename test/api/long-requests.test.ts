import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Callers, startCallers } from '../support/callers.ts';
import { newOrganization, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';

/** Far more than the machine's own buffers take. */
const FILE_BYTES = 24 << 20;
/** Twice as long as an answer goes on without a look at its caller. */
const LONG_MS = 10_000;

const database = useOwnDatabase('long_requests_test');
let callers: Callers;
let organization: TestOrganization;
let url: string;
beforeAll(async () => {
  callers = await startCallers(database);
  organization = await newOrganization(callers.sql);
  const { massEditId } = await storeMassEdit(
    callers.sql,
    organization,
    Buffer.alloc(FILE_BYTES, 'Email;External Id\n'),
  );
  url = `${callers.api.url}/v1/organizations/${organization.id}/mass-edits/${massEditId}/file`;
});
afterAll(() => callers.close());

/** Takes the file evenly over LONG_MS. Gives how many bytes came. */
async function slowDownload(headers: string[]): Promise<number> {
  const answer = await new Promise<IncomingMessage>((resolve) =>
    httpGet(url, { headers: Object.fromEntries(headers.map((header) => header.split(': '))) }, resolve),
  );
  const begun = Date.now();
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      bytes += chunk.length;
      const due = begun + (LONG_MS * bytes) / FILE_BYTES;
      if (due > Date.now()) await pause(due - Date.now());
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  }
  return bytes;
}

it('a download ends soon after its token, session or user, and goes on for a caller who may', async () => {
  const { sql } = callers;
  const [kept, revoked, deleted] = await Promise.all([1, 2, 3].map(() => callers.newCaller(organization.id)));
  const signedOut = await callers.newCaller(organization.id, 'session');
  const all = [kept!, revoked!, deleted!, signedOut].map(({ headers }) => slowDownload(headers));
  await pause(500);
  await sql`delete from tokens where id = ${revoked!.token}`;
  await sql`update users set deleted_at = now() where id = ${deleted!.user}`;
  await sql`delete from sessions where token_id = ${signedOut.token}`;
  const [whole, ...cut] = await Promise.all(all);
  expect(whole).toBe(FILE_BYTES);
  for (const bytes of cut) expect(bytes).toBeLessThan(FILE_BYTES);
  expect(callers.api.app.atOnce.held).toBe(0);
});

it('an upload whose token has ended is ended too, and leaves nothing', async () => {
  const { sql, api } = callers;
  const idle = await newOrganization(sql);
  const who = await callers.newCaller(idle.id);
  const path = `/v1/organizations/${idle.id}/mass-edits`;
  // The second half does not come.
  const upload = { operation: 'POST', path, type: 'text/csv', body: 'Email\nann@example.com\n'.repeat(100) };
  const { answer } = callers.sendHalf(upload, who);
  await until('let in', async () => api.app.atOnce.held === 2);
  await sql`delete from tokens where id = ${who.token}`;
  const { status, body } = await answer;
  expect([status, JSON.parse(body).code]).toEqual([401, 'unauthenticated']);
  await until('nothing is held', async () => api.app.atOnce.held === 0);
  expect(await sql`select 1 from files where organization_id = ${idle.id}`).toHaveLength(0);
});
