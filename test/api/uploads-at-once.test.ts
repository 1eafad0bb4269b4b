import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import { sendRaw } from '../support/raw-http.ts';
import { until } from '../support/until.ts';
import {
  bodyOf,
  csvPart,
  NOTHING,
  newUpload,
  ONE,
  type Upload,
  uploadForm,
  uploadRaw,
  whatIsLeft,
} from '../support/uploads.ts';

const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('uploads-at-once') });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const running = ({ organization }: Upload) => api.temporal.workflow.getHandle(workflowIdOf(organization.id)).describe();

describe('an upload while a mass edit is open', () => {
  it('is refused with the sentence and the open mass edit, before its body is sent', async () => {
    const upload = await newUpload(sql, api);
    const first = await bodyOf(await uploadRaw(upload, CSV));
    const answer = await sendRaw(api.port, {
      head: [
        `POST /v1/organizations/${upload.organization.id}/mass-edits HTTP/1.1`,
        `Authorization: Bearer ${upload.token}`,
        'Content-Type: text/csv',
        'Content-Length: 1000000',
      ],
      body: Buffer.alloc(0),
      ending: 'wait',
    });
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'mass_edit_in_progress',
      detail: 'A bulk import job is already in progress. Please wait for it to complete',
      current: { href: first.links.self, stage: 'Validation', startedAt: first.createdAt, startedBy: 'hr@example.com' },
    });
    expect(await whatIsLeft(sql, upload)).toEqual(ONE);
  });

  it('loses against another one at the same instant, and leaves nothing', async () => {
    const upload = await newUpload(sql, api);
    const answers = await Promise.all(Array.from({ length: 6 }, () => uploadRaw(upload, CSV)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    expect(await whatIsLeft(sql, upload)).toEqual(ONE);
  });

  it('is accepted for another organization', async () => {
    const [one, other] = [await newUpload(sql, api), await newUpload(sql, api)];
    expect((await uploadRaw(one, CSV)).status).toBe(202);
    expect((await uploadRaw(other, CSV)).status).toBe(202);
  });
});

describe('uploads whose bodies are arriving', () => {
  const SIZE = 3 * 1024 * 1024;
  const headOf = ({ organization, token }: Upload) =>
    [
      `POST /v1/organizations/${organization.id}/mass-edits HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      'Content-Type: text/csv',
      `Content-Length: ${SIZE}`,
    ] as const;

  /** Half of a file: its first chunk is stored, and the rest never comes. */
  async function begin(upload: Upload): Promise<Socket> {
    const { files } = await whatIsLeft(sql, upload);
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${[...headOf(upload), 'Host: test', '', ''].join('\r\n')}`);
    socket.write(Buffer.alloc(SIZE / 2, 'x'));
    await until('it is on its way', async () => (await whatIsLeft(sql, upload)).files === files + 1);
    return socket;
  }

  it('are two for an organization; a third is refused unread, and accepted after one breaks off', async () => {
    const upload = await newUpload(sql, api);
    const [one, other] = [await begin(upload), await begin(upload)];
    const third = await sendRaw(api.port, { head: [...headOf(upload)], body: Buffer.alloc(0), ending: 'wait' });
    expect([third.status, third.head.match(/^retry-after: (\d+)/im)?.[1]]).toEqual([429, '10']);
    expect(JSON.parse(third.body)).toMatchObject({
      ...{ code: 'too_many_requests', status: 429, limit: 'uploadsAtOnce', retryAfterS: 10 },
      detail: '2 uploads of this organization are on their way. Nothing was read of this one; send it again later.',
    });
    expect((await uploadRaw(await newUpload(sql, api), CSV)).status).toBe(202);

    one.destroy();
    await until('it is gone', async () => (await whatIsLeft(sql, upload)).files === 1);
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
    // The upload that is still arriving holds the second slot. At its end it is refused with the open mass edit.
    expect(await whatIsLeft(sql, upload)).toMatchObject({ files: 2, massEdits: 1 });
    other.destroy();
    await until('only the mass edit is left', async () => (await whatIsLeft(sql, upload)).files === 1);
  });

  it('release their slots however they end', async () => {
    const upload = await newUpload(sql, api);
    for (const end of ['torn', 'half', 'refused', 'torn', 'half', 'refused']) {
      if (end === 'refused') expect((await uploadRaw(upload, '')).status).toBe(422);
      else {
        const socket = await begin(upload);
        if (end === 'torn') socket.destroy();
        else socket.end();
        await until('it is gone', async () => (await whatIsLeft(sql, upload)).files === 0);
      }
    }
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
  });

  it('release their slots if they are forms that break off before they are read', async () => {
    const upload = await newUpload(sql, api);
    const { organization, token } = upload;
    const form = (): Socket => {
      const socket = connect(api.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        [
          ...[`POST /v1/organizations/${organization.id}/mass-edits HTTP/1.1`, 'Host: test'],
          ...[
            `Authorization: Bearer ${token}`,
            'Content-Type: multipart/form-data; boundary=b',
            'Content-Length: 4000000',
          ],
          ...['', '--b', 'Content-Disposition: form-data; name="file"; filename="a.csv"', '', 'Email', ''],
        ].join('\r\n'),
      );
      return socket;
    };
    // Each request is counted for its token and for its organization.
    const underWay = (requests: number) =>
      until(`${requests} are under way`, async () => api.app.atOnce.held === 2 * requests);
    const holders = [await begin(upload), await begin(upload)];
    const waiting = [form(), form()];
    await underWay(4);
    for (const socket of waiting) socket.destroy();
    for (const socket of holders) socket.destroy();
    await underWay(0);
    for (let round = 0; round < 4; round++) {
      const socket = form();
      await underWay(1);
      socket.destroy();
      await underWay(0);
    }
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
  });
});

describe('an idempotency key', () => {
  const keyed = async (key: string): Promise<Upload> => ({
    ...(await newUpload(sql, api)),
    headers: { 'idempotency-key': key },
  });
  const end = (upload: Upload) => sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now()
    where organization_id = ${upload.organization.id}`;

  it('gives the first answer again, in either framing, while the mass edit is open and after its end', async () => {
    const upload = await keyed('again');
    const first = await uploadRaw(upload, CSV, '?review=always');
    const again = await uploadForm(upload, [['review', 'always'], csvPart(CSV)]);
    await end(upload);
    const later = await uploadRaw(upload, CSV, '?review=always');
    const { id } = await bodyOf(first);
    for (const answer of [again, later]) {
      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(first.headers.get('location'));
      expect((await bodyOf(answer)).id).toBe(id);
    }
    expect(await whatIsLeft(sql, upload)).toEqual(ONE);
  });

  it('is refused for another file or other options, and leaves nothing', async () => {
    const upload = await keyed('reused');
    await uploadRaw(upload, CSV);
    await end(upload);
    for (const answer of [await uploadRaw(upload, `${CSV}x`), await uploadRaw(upload, CSV, '?resetEmptyFields=true')]) {
      expect(answer.status).toBe(422);
      expect((await bodyOf(answer)).code).toBe('idempotency_key_reused');
    }
    expect(await whatIsLeft(sql, upload)).toEqual(ONE);
  });

  it('makes one mass edit of many uploads at once', async () => {
    const upload = await keyed('at once');
    const answers = await Promise.all(Array.from({ length: 6 }, () => uploadRaw(upload, CSV)));
    const ids = new Set(await Promise.all(answers.map(async (answer) => (await bodyOf(answer)).id)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    expect(ids.size).toBe(1);
    expect(await whatIsLeft(sql, upload)).toEqual(ONE);
  });

  it('does not apply to another organization', async () => {
    const [one, other] = [await keyed('shared'), await keyed('shared')];
    const [mine, theirs] = [await bodyOf(await uploadRaw(one, CSV)), await bodyOf(await uploadRaw(other, CSV))];
    expect(mine.id).not.toBe(theirs.id);
  });
});

describe('an upload while the engine', () => {
  it('is away is refused before it is read', async () => {
    const away = await startApi({ taskQueue: 'unserved', temporalAddress: '127.0.0.1:1' });
    const upload = { ...(await newUpload(sql, api)), api: away };
    const answer = await uploadRaw(upload, CSV);
    expect(answer.status).toBe(503);
    expect((await bodyOf(answer)).code).toBe('not_ready');
    expect(await whatIsLeft(sql, upload)).toEqual(NOTHING);
    await away.close();
  });

  it('still closes the earlier run waits for it', async () => {
    const upload = await newUpload(sql, api);
    const first = await bodyOf(await uploadRaw(upload, CSV));
    const before = await running(upload);
    await sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now() where public_id = ${first.id}`;
    const second = uploadRaw(upload, CSV);
    await until('the second one is stored', async () => {
      const [row] =
        await sql`select 1 from mass_edits where organization_id = ${upload.organization.id} and state <> 'ended'`;
      return row;
    });
    await api.temporal.workflow.getHandle(before.workflowId, before.runId).terminate();
    const { id } = await bodyOf(await second);
    expect((await running(upload)).memo).toMatchObject({ massEditId: id });
  });
});
