import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimits } from '../../api/rate-limits.ts';
import { childEnvironment } from '../../config.ts';
import { CHUNK_BYTES } from '../../db/mass-edits/files.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';
import { sendRaw } from '../support/raw-http.ts';
import { until } from '../support/until.ts';
import { BOUNDARY, csvPart, formOf } from '../support/uploads.ts';

/** `CUT_BODIES=every` cuts a longer file at every byte: some 8,000 bodies, which takes minutes. */
const EVERY_BYTE = childEnvironment({}).CUT_BODIES === 'every';
const ROWS = Array.from({ length: EVERY_BYTE ? 30 : 2 }, (_, number) => `ann.${number}@example.com;Ann\r\n`);
const CSV = Buffer.from(`Email;First name\r\n${ROWS.join('')}`);
const FORM = formOf([['deleteMissingUsers', 'true'], csvPart(CSV)]);
/** In pieces of seven bytes, each with its length. */
const chunked = (body: Buffer): Buffer =>
  Buffer.concat([
    ...Array.from({ length: Math.ceil(body.length / 7) }, (_, i) => {
      const piece = body.subarray(i * 7, i * 7 + 7);
      return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
    }),
    Buffer.from('0\r\n\r\n'),
  ]);

const RAW_TYPE = 'Content-Type: text/csv';
const FORM_TYPE = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
const framings: [string, string[], Buffer][] = [
  ['raw with a length', [RAW_TYPE, `Content-Length: ${CSV.length}`], CSV],
  ['raw in chunks', [RAW_TYPE, 'Transfer-Encoding: chunked'], chunked(CSV)],
  ['a form with a length', [FORM_TYPE, `Content-Length: ${FORM.length}`], FORM],
  ['a form in chunks', [FORM_TYPE, 'Transfer-Encoding: chunked'], chunked(FORM)],
];
/** Every n-th byte. n is prime, so that the cuts of all framings cover every kind of position. */
const EVERY = EVERY_BYTE ? 1 : 3;
/** Enough to show a rule. */
const CUTS = EVERY_BYTE ? 8_000 : 500;
let cuts = 0;
const ALL_CUTS_MS = 300_000;

const sql = openDatabase();
let api: TestApi;
let organization: TestOrganization;
let token: string;
beforeAll(async () => {
  // As many as there are bytes: the rate limit is not under test here.
  api = await startApi({
    taskQueue: ownQueue('cut-uploads'),
    rateLimits: new RateLimits({ requests: 1e6, organization: 1e6, uploads: 1e6 }),
  });
  organization = await newOrganization(sql);
  token = await tokenFor(sql, organization, 'editor');
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

/** With the option that makes half a file dangerous. A form has the option in its body. */
const send = (headers: string[], body: Buffer, ending: 'half' | 'tear' | 'wait') => {
  const query = headers.includes(RAW_TYPE) ? 'deleteMissingUsers=true' : '';
  const path = `/v1/organizations/${organization.id}/mass-edits?${query}`;
  const head = [`POST ${path} HTTP/1.1`, `Authorization: Bearer ${token}`, ...headers];
  return sendRaw(api.port, { head, body, ending });
};

async function whatIsLeft(): Promise<{ files: number; massEdits: number }> {
  const [left] = await sql<{ files: number; massEdits: number }[]>`
    select (select count(*)::int from files where organization_id = ${organization.id}) as files,
      (select count(*)::int from mass_edits where organization_id = ${organization.id}) as "massEdits"`;
  return left!;
}

describe('an upload that is cut off starts nothing and leaves nothing', () => {
  describe.each(framings)('%s', (_framing, headers, body) => {
    it.each(['half', 'tear'] as const)('and then is closed: %s', { timeout: ALL_CUTS_MS }, async (ending) => {
      const before = api.requests();
      let sent = 0;
      for (let length = 1; length < body.length; length += EVERY) {
        const answer = await send(headers, body.subarray(0, length), ending);
        if (ending === 'half') {
          expect(answer.status, `cut after ${length} bytes`).toBe(400);
          expect(JSON.parse(answer.body).code).toBe('truncated_upload');
        }
        sent++;
      }
      for (const length of [body.length - 2, body.length - 1]) {
        await send(headers, body.subarray(0, length), ending);
        sent++;
      }
      await until('all are over', async () => api.requests() - before === sent);
      expect(await whatIsLeft()).toEqual({ files: 0, massEdits: 0 });
      cuts += sent;
    });
  });

  it('also after many attempts', () => {
    expect(cuts).toBeGreaterThanOrEqual(CUTS);
  });
});

it('a large upload that breaks off after some of it was stored leaves nothing', async () => {
  organization = await newOrganization(sql);
  token = await tokenFor(sql, organization, 'editor');
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    [
      `POST /v1/organizations/${organization.id}/mass-edits HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      RAW_TYPE,
      `Content-Length: ${4 * CHUNK_BYTES}`,
      'Host: test\r\n\r\n',
    ].join('\r\n'),
  );
  socket.write(Buffer.alloc(2 * CHUNK_BYTES, 'a'));
  await until('a chunk is stored', async () => (await whatIsLeft()).files === 1);
  socket.destroy();
  await until('it is gone again', async () => (await whatIsLeft()).files === 0);
  const [left] = await sql`select count(*)::int as chunks from file_chunks where organization_id = ${organization.id}`;
  expect(left).toEqual({ chunks: 0 });
});

it.each(framings)('%s: the whole body starts a mass edit', async (_framing, headers, body) => {
  organization = await newOrganization(sql);
  token = await tokenFor(sql, organization, 'editor');
  expect((await send(headers, body, 'wait')).status).toBe(202);
  expect(await whatIsLeft()).toEqual({ files: 1, massEdits: 1 });
  const [edit] = await sql`select delete_missing_users from mass_edits where organization_id = ${organization.id}`;
  expect(edit).toEqual({ delete_missing_users: true });
});
