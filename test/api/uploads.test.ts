import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue, until } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';
import { sendRaw } from '../support/raw-http.ts';
import { bodyOf, csvPart, massEditsOf, type Part, type Upload, uploadForm, uploadRaw } from '../support/uploads.ts';

const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';
const MAX_BYTES = 3 * 1024 * 1024;
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('uploads'), maxBytes: MAX_BYTES });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

async function newUpload(role: 'viewer' | 'editor' = 'editor'): Promise<Upload> {
  const organization = await newOrganization(sql);
  return { api, organization, token: await tokenFor(sql, organization, role) };
}

async function storedBytes(organization: TestOrganization): Promise<Buffer> {
  const rows = await sql<{ bytes: Buffer }[]>`
    select bytes from file_chunks where organization_id = ${organization.id} order by file_id, number`;
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

async function whatIsLeft({ id }: TestOrganization): Promise<unknown> {
  const [left] = await sql`select (select count(*)::int from files where organization_id = ${id}) as files,
    (select count(*)::int from file_chunks where organization_id = ${id}) as chunks,
    (select count(*)::int from mass_edits where organization_id = ${id}) as "massEdits"`;
  return left;
}
const NOTHING = { files: 0, chunks: 0, massEdits: 0 };

const running = ({ organization }: Upload) => api.temporal.workflow.getHandle(workflowIdOf(organization.id)).describe();

describe('an upload that is taken', () => {
  it('is answered with where to look, stored byte by byte, and started', async () => {
    const upload = await newUpload();
    const answer = await uploadRaw(upload, CSV, '?deleteMissingUsers=true&review=always');
    const body = await bodyOf(answer);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/organizations/${upload.organization.id}/mass-edits/${body.id}`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({
      organizationId: upload.organization.id,
      state: 'validating',
      outcome: null,
      file: { name: 'upload.csv', sizeBytes: CSV.length, sha256: sha256(CSV).toString('hex') },
      options: { resetEmptyFields: false, deleteMissingUsers: true, review: 'always' },
      stage: { number: 1, of: 7, name: 'Validation' },
      counts: { read: 0, created: 0, errors: 0 },
      deletion: null,
      startedBy: 'hr@example.com',
      decidedBy: null,
    });
    expect(body.stages).toHaveLength(7);
    expect(await storedBytes(upload.organization)).toEqual(Buffer.from(CSV));

    const workflow = await running(upload);
    expect(workflow.memo).toMatchObject({ massEditId: body.id });
    expect(workflow.typedSearchAttributes.getAll().map(({ value }) => value)).toContain(upload.organization.id);
    const [row] = await sql`select workflow_run_id from mass_edits where public_id = ${body.id}`;
    expect(row!.workflow_run_id).toBe(workflow.runId);
  });

  it('may be a form, with its options before the file and its digest on either side', async () => {
    const parts: Part[] = [
      ['resetEmptyFields', 'true'],
      ['review', 'always'],
      csvPart(CSV, { name: 'C:\\temp\\Åsas lista.csv', type: 'application/vnd.ms-excel' }),
      ['sha256', sha256(CSV).toString('hex')],
    ];
    const upload = await newUpload();
    const answer = await uploadForm(upload, parts);
    expect(answer.status).toBe(202);
    expect(await bodyOf(answer)).toMatchObject({
      file: { name: 'Åsas lista.csv', sizeBytes: CSV.length },
      options: { resetEmptyFields: true, deleteMissingUsers: false, review: 'always' },
    });
    expect(await storedBytes(upload.organization)).toEqual(Buffer.from(CSV));
  });

  it('keeps its bytes in any charset and over several chunks, up to the limit', async () => {
    const bytes = randomBytes(MAX_BYTES);
    const upload = await newUpload();
    upload.headers = {
      'content-type': 'text/csv; charset=utf-16',
      'content-disposition': `attachment; filename*=UTF-8''l%C3%B6ner.csv`,
    };
    const answer = await uploadRaw(upload, bytes);
    expect(answer.status).toBe(202);
    expect((await bodyOf(answer)).file.name).toBe('löner.csv');
    expect(bytes.equals(await storedBytes(upload.organization))).toBe(true);
    const form = await newUpload();
    expect((await uploadForm(form, [csvPart(bytes)])).status).toBe(202);
    expect(bytes.equals(await storedBytes(form.organization))).toBe(true);
  });

  it('may say its digest, as a header in either framing', async () => {
    const raw = await newUpload();
    raw.headers = { 'content-digest': `unknown=:AAAA:, sha-256=:${sha256(CSV).toString('base64')}:` };
    expect((await uploadRaw(raw, CSV)).status).toBe(202);
  });
});

describe('an upload that is refused leaves nothing', () => {
  const wrongDigest = sha256('something else');
  const refusals: [string, string, number, (upload: Upload) => Promise<Response>][] = [
    ['no bytes', 'empty_file', 422, (upload) => uploadRaw(upload, '')],
    ['a form with an empty file', 'empty_file', 422, (upload) => uploadForm(upload, [csvPart('')])],
    [
      'another digest in the header',
      'digest_mismatch',
      422,
      (upload) => {
        const headers = { 'content-digest': `sha-256=:${wrongDigest.toString('base64')}:` };
        return uploadRaw({ ...upload, headers }, CSV);
      },
    ],
    [
      'another digest of the whole form',
      'digest_mismatch',
      422,
      (upload) => {
        const headers = { 'content-digest': `sha-256=:${wrongDigest.toString('base64')}:` };
        return uploadForm({ ...upload, headers }, [csvPart(CSV)]);
      },
    ],
    [
      'another digest before the file',
      'digest_mismatch',
      422,
      (upload) => uploadForm(upload, [['sha256', wrongDigest.toString('hex')], csvPart(CSV)]),
    ],
    [
      'another digest behind the file',
      'digest_mismatch',
      422,
      (upload) => uploadForm(upload, [csvPart(CSV), ['sha256', wrongDigest.toString('base64')]]),
    ],
    [
      'a digest that is none',
      'invalid_request',
      400,
      (upload) => uploadForm(upload, [['sha256', 'abc'], csvPart(CSV)]),
    ],
    ['too many bytes', 'file_too_large', 413, (upload) => uploadRaw(upload, randomBytes(MAX_BYTES + 1))],
    [
      'a form with too many bytes',
      'file_too_large',
      413,
      (upload) => uploadForm(upload, [['deleteMissingUsers', 'true'], csvPart(randomBytes(MAX_BYTES + 1))]),
    ],
    [
      'a form with far too many bytes',
      'file_too_large',
      413,
      (upload) => uploadForm(upload, [csvPart(randomBytes(2 * MAX_BYTES))]),
    ],
    [
      'an option behind the file',
      'option_after_file',
      400,
      (upload) => uploadForm(upload, [csvPart(CSV), ['deleteMissingUsers', 'true']]),
    ],
    [
      'a field that is not known',
      'unknown_field',
      400,
      (upload) => uploadForm(upload, [['deleteMissing', 'true'], csvPart(CSV)]),
    ],
    [
      'a file under another name',
      'unknown_field',
      400,
      (upload) => uploadForm(upload, [['csv', CSV, { name: 'people.csv', type: 'text/csv' }]]),
    ],
    ['two files', 'invalid_request', 400, (upload) => uploadForm(upload, [csvPart(CSV), csvPart(CSV)])],
    [
      'an option twice',
      'invalid_request',
      400,
      (upload) => uploadForm(upload, [['review', 'always'], ['review', 'deletions'], csvPart(CSV)]),
    ],
    [
      'an option that is neither true nor false',
      'invalid_request',
      400,
      (upload) => uploadForm(upload, [['deleteMissingUsers', 'on'], csvPart(CSV)]),
    ],
    ['a query that is not known', 'invalid_request', 400, (upload) => uploadRaw(upload, CSV, '?deleteUsers=true')],
    [
      'an option in the query that is not known',
      'invalid_request',
      400,
      (upload) => uploadRaw(upload, CSV, '?review=no'),
    ],
    ['a form without a file', 'file_missing', 400, (upload) => uploadForm(upload, [['review', 'always']])],
    ['a file without a name', 'file_missing', 400, (upload) => uploadForm(upload, [['file', CSV]])],
    [
      'a workbook',
      'file_type',
      415,
      (upload) => uploadForm(upload, [csvPart(CSV, { name: 'people.xlsx', type: 'text/csv' })]),
    ],
    [
      'a form with another content type',
      'file_type',
      415,
      (upload) => uploadForm(upload, [csvPart(CSV, { name: 'people.csv', type: 'application/pdf' })]),
    ],
    [
      'another content type',
      'file_type',
      415,
      (upload) => uploadRaw({ ...upload, headers: { 'content-type': 'application/json' } }, '{}'),
    ],
    [
      'a compressed body',
      'file_type',
      415,
      (upload) => uploadRaw({ ...upload, headers: { 'content-encoding': 'gzip' } }, CSV),
    ],
    [
      'an idempotency key that is none',
      'invalid_request',
      400,
      (upload) => uploadRaw({ ...upload, headers: { 'idempotency-key': 'x'.repeat(256) } }, CSV),
    ],
    [
      'a form that ends before its end',
      'truncated_upload',
      400,
      (upload) =>
        fetch(massEditsOf(upload), {
          method: 'POST',
          headers: { authorization: `Bearer ${upload.token}`, 'content-type': 'multipart/form-data; boundary=b' },
          body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nEmail\r\nann@exam',
        }),
    ],
    [
      'a form without a boundary',
      'invalid_request',
      400,
      (upload) => uploadForm({ ...upload, headers: { 'content-type': 'multipart/form-data' } }, [csvPart(CSV)]),
    ],
  ];

  it.each(refusals)('%s: %s', async (_what, code, status, send) => {
    const upload = await newUpload();
    const answer = await send(upload);
    const body = await bodyOf(answer);
    expect({ status: answer.status, code: body.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(body.detail.length).toBeGreaterThan(20);
    expect(await whatIsLeft(upload.organization)).toEqual(NOTHING);
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
  });

  it('a role that may not, and no token at all', async () => {
    const viewer = await newUpload('viewer');
    expect((await uploadRaw(viewer, CSV)).status).toBe(403);
    expect((await uploadRaw({ ...viewer, token: 'me_nobody' }, CSV)).status).toBe(401);
    const stranger = await newUpload();
    expect((await uploadRaw({ ...viewer, token: stranger.token }, CSV)).status).toBe(404);
    expect(await whatIsLeft(viewer.organization)).toEqual(NOTHING);
  });
});

describe('an upload while one is under way', () => {
  it('is refused with the sentence and with which one it is, before its body is sent', async () => {
    const upload = await newUpload();
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
    expect(await whatIsLeft(upload.organization)).toEqual({ files: 1, chunks: 1, massEdits: 1 });
  });

  it('loses against the other one in the same instant, and leaves nothing', async () => {
    const upload = await newUpload();
    const answers = await Promise.all(Array.from({ length: 6 }, () => uploadRaw(upload, CSV)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    expect(await whatIsLeft(upload.organization)).toEqual({ files: 1, chunks: 1, massEdits: 1 });
  });

  it('of another organization is taken', async () => {
    const [one, other] = [await newUpload(), await newUpload()];
    expect((await uploadRaw(one, CSV)).status).toBe(202);
    expect((await uploadRaw(other, CSV)).status).toBe(202);
  });
});

describe('an idempotency key', () => {
  const keyed = async (key: string): Promise<Upload> => ({
    ...(await newUpload()),
    headers: { 'idempotency-key': key },
  });
  const end = (upload: Upload) => sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now()
    where organization_id = ${upload.organization.id}`;

  it('gives the first answer again, in either framing, while it is under way and after its end', async () => {
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
    expect(await whatIsLeft(upload.organization)).toEqual({ files: 1, chunks: 1, massEdits: 1 });
  });

  it('is refused for another file or other options, and leaves nothing', async () => {
    const upload = await keyed('reused');
    await uploadRaw(upload, CSV);
    await end(upload);
    for (const answer of [await uploadRaw(upload, `${CSV}x`), await uploadRaw(upload, CSV, '?resetEmptyFields=true')]) {
      expect(answer.status).toBe(422);
      expect((await bodyOf(answer)).code).toBe('idempotency_key_reused');
    }
    expect(await whatIsLeft(upload.organization)).toEqual({ files: 1, chunks: 1, massEdits: 1 });
  });

  it('makes one mass edit of many uploads at once', async () => {
    const upload = await keyed('at once');
    const answers = await Promise.all(Array.from({ length: 6 }, () => uploadRaw(upload, CSV)));
    const ids = new Set(await Promise.all(answers.map(async (answer) => (await bodyOf(answer)).id)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    expect(ids.size).toBe(1);
    expect(await whatIsLeft(upload.organization)).toEqual({ files: 1, chunks: 1, massEdits: 1 });
  });

  it('does not reach into another organization', async () => {
    const [one, other] = [await keyed('shared'), await keyed('shared')];
    const [mine, theirs] = [await bodyOf(await uploadRaw(one, CSV)), await bodyOf(await uploadRaw(other, CSV))];
    expect(mine.id).not.toBe(theirs.id);
  });
});

describe('an upload while the engine', () => {
  it('is away is refused before it is read', async () => {
    const away = await startApi({ taskQueue: 'nobody', temporalAddress: '127.0.0.1:1' });
    const upload = { ...(await newUpload()), api: away };
    const answer = await uploadRaw(upload, CSV);
    expect(answer.status).toBe(503);
    expect((await bodyOf(answer)).code).toBe('not_ready');
    expect(await whatIsLeft(upload.organization)).toEqual(NOTHING);
    await away.close();
  });

  it('still closes the run before waits for it', async () => {
    const upload = await newUpload();
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
