import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_LIMITS, type BodyLimits } from '../../api/slow-bodies.ts';
import { CHUNK_BYTES } from '../../db/mass-edits/files.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import { until } from '../support/until.ts';
import {
  BOUNDARY,
  csvPart,
  formOf,
  NOTHING,
  newUpload,
  type Upload,
  uploadRaw,
  whatIsLeft,
} from '../support/uploads.ts';

const LIMITS: BodyLimits = { wholeMs: 1_500, meanMs: 1_500, uploadBytesPerS: 1_000 };
const CSV = `Email;First name\r\n${'ann@example.com;Ann\r\n'.repeat(500)}`;
const FORM = formOf([csvPart(CSV)]);

const sql = openDatabase();
let api: TestApi;
let upload: Upload;
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('slow-bodies'), bodies: LIMITS });
  upload = await newUpload(sql, api, 'admin');
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

type Sent = { socket: Socket; text: () => string; closed: Promise<void>; isClosed: () => boolean };

/** Sends the head of a request for a body of so many bytes, and keeps the connection open. */
function begin(method: string, path: string, type: string, length: number, token = upload.token): Sent {
  const socket = connect(api.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('error', () => {}); // bytes after the end are refused
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(() => {
    isClosed = true;
  });
  socket.write(
    `${method} /v1/organizations/${upload.organization.id}/${path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
  );
  return { socket, text: () => Buffer.concat(chunks).toString(), closed, isClosed: () => isClosed };
}

/** Sends a byte at a time, until all are sent or the connection is closed. */
async function trickle({ socket, isClosed }: Sent, body: string | Buffer, everyMs = 40): Promise<void> {
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length && !isClosed(); at++) {
    socket.write(bytes.subarray(at, at + 1));
    await pause(everyMs);
  }
}

const refusalOf = (text: string) => {
  expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(text).toMatch(/^connection: close\r$/im);
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n')));
};

const nothingIsHeld = () => until('nothing is under way', async () => api.app.atOnce.held === 0);

describe('a body of JSON', () => {
  const long = JSON.stringify({ name: 'Trickled', type: 'choices', filler: 'x'.repeat(10_000) });

  it.each([
    ['that comes byte by byte', (sent: Sent) => trickle(sent, long)],
    ['of which the second half does not come', async ({ socket }: Sent) => void socket.write(long.slice(0, 5_000))],
    ['of which nothing comes', async () => {}],
  ])('%s is refused after its time, and the connection is closed', async (_how, send) => {
    const begun = performance.now();
    const sent = begin('POST', 'attributes', 'application/json', long.length);
    await send(sent);
    await sent.closed;
    expect(performance.now() - begun).toBeGreaterThan(LIMITS.wholeMs * 0.9);
    expect(refusalOf(sent.text())).toMatchObject({
      code: 'request_timeout',
      status: 408,
      detail: expect.stringContaining('1.5 s'),
      instance: `/v1/organizations/${upload.organization.id}/attributes`,
    });
    await nothingIsHeld();
  });

  it('is read if all of it comes in time, at any pace', async () => {
    const body = '{"name":"Slow","type":"dates"}';
    const sent = begin('POST', 'attributes', 'application/json', body.length);
    await trickle(sent, body, 10);
    await until('it is answered', async () => sent.text().includes('\r\n\r\n'));
    expect(sent.text()).toMatch(/^HTTP\/1\.1 201 /);
    sent.socket.destroy();
  });

  it('has the same time after the refusal of its token, and gets no second answer', async () => {
    const sent = begin('POST', 'attributes', 'application/json', long.length, 'me_wrong');
    await trickle(sent, long);
    await sent.closed;
    expect(sent.text()).toMatch(/^HTTP\/1\.1 401 /);
    expect(sent.text().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('of a second request on the connection gets no answer before the first request does', async () => {
    const [attribute] = await sql<{ id: string }[]>`
      select public_id as id from attributes where organization_id = ${upload.organization.id} limit 1`;
    const connection = await sql.reserve();
    await connection`begin`;
    await connection`select 1 from attributes where public_id = ${attribute!.id} for update`;
    const first = '{"name":"First of two"}';
    const sent = begin('PATCH', `attributes/${attribute!.id}`, 'application/json', first.length);
    sent.socket.write(first);
    await until('the first is under way', async () => api.app.atOnce.held > 0);
    sent.socket.write(
      `POST /v1/organizations/${upload.organization.id}/attributes HTTP/1.1\r\nHost: test\r\n` +
        `Authorization: Bearer ${upload.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    await sent.closed;
    await connection`rollback`;
    connection.release();
    expect(sent.text()).toBe('');
    await nothingIsHeld();
  });
});

describe('an upload', () => {
  const PATH = 'mass-edits?deleteMissingUsers=true';
  const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
  it.each([
    ['raw, byte by byte', PATH, 'text/csv', CSV],
    ['a form, byte by byte', 'mass-edits', FORM_TYPE, FORM],
  ])('%s is refused below the minimum rate, leaves nothing and holds no slot', async (_how, path, type, body) => {
    const fresh = await newUpload(sql, api);
    upload = { ...fresh, token: fresh.token };
    // As many as may arrive at once: their slots are free afterwards.
    const all = [1, 2].map(() => begin('POST', path, type, body.length));
    await Promise.all(all.map((sent) => trickle(sent, body)));
    await Promise.all(all.map(({ closed }) => closed));
    for (const { text } of all) {
      expect(refusalOf(text())).toMatchObject({
        code: 'request_timeout',
        detail: expect.stringContaining('1000 bytes a second'),
      });
    }
    await nothingIsHeld();
    expect(await whatIsLeft(sql, upload)).toEqual(NOTHING);
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
  });

  it('that stops after some of it was stored is refused, and nothing of it stays', async () => {
    upload = await newUpload(sql, api);
    const sent = begin('POST', PATH, 'text/csv', 4 * CHUNK_BYTES);
    sent.socket.write(Buffer.alloc(2 * CHUNK_BYTES, 'a'));
    await until('some is stored', async () => (await whatIsLeft(sql, upload)).chunks > 0);
    await sent.closed;
    expect(refusalOf(sent.text()).code).toBe('request_timeout');
    await until('nothing is left', async () => (await whatIsLeft(sql, upload)).files === 0);
    expect(await whatIsLeft(sql, upload)).toEqual(NOTHING);
  });

  it('above the minimum rate may take any time, and may pause for a while', async () => {
    upload = await newUpload(sql, api);
    const begun = performance.now();
    const sent = begin('POST', PATH, 'text/csv', CSV.length);
    // Three times the minimum, in pieces with a pause of a third of the window.
    const piece = LIMITS.uploadBytesPerS * 3 * (LIMITS.meanMs / 3 / 1000);
    for (let at = 0; at < CSV.length; at += piece) {
      sent.socket.write(CSV.slice(at, at + piece));
      await pause(LIMITS.meanMs / 3);
    }
    await until('it is answered', async () => sent.text().includes('\r\n\r\n'));
    expect(sent.text()).toMatch(/^HTTP\/1\.1 202 /);
    expect(performance.now() - begun).toBeGreaterThan(1.5 * LIMITS.meanMs);
    sent.socket.destroy();
  });

  it('may wait for the service, which can be slower than the minimum rate', async () => {
    upload = await newUpload(sql, api);
    const connection = await sql.reserve();
    await connection`begin`;
    await connection`lock table file_chunks in exclusive mode`;
    const answer = uploadRaw(upload, Buffer.alloc(8 * CHUNK_BYTES, 'a;b\n'));
    await pause(2 * LIMITS.meanMs);
    await connection`rollback`;
    connection.release();
    expect((await answer).status).toBe(202);
  });
});

it('the limits allow a phone with the slowest line', () => {
  const { wholeMs, meanMs, uploadBytesPerS } = BODY_LIMITS;
  expect([wholeMs, meanMs]).toEqual([30_000, 30_000]);
  expect(uploadBytesPerS).toBeLessThan(1_100);
});
