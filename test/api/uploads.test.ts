import { createHash, randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase, type TestOrganization } from '../support/organization.ts';
import { bodyOf, csvPart, newUpload, type Part, type Upload, uploadForm, uploadRaw } from '../support/uploads.ts';

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

async function storedBytes(organization: TestOrganization): Promise<Buffer> {
  const rows = await sql<{ bytes: Buffer; deflated: boolean }[]>`
    select bytes, deflated from file_chunks where organization_id = ${organization.id} order by file_id, number`;
  return Buffer.concat(rows.map(({ bytes, deflated }) => (deflated ? inflateRawSync(bytes) : bytes)));
}

const running = ({ organization }: Upload) => api.temporal.workflow.getHandle(workflowIdOf(organization.id)).describe();

describe('an accepted upload', () => {
  it('is answered with its address, stored byte by byte, and started', async () => {
    const upload = await newUpload(sql, api);
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

  it('can be a form, with its options before the file and its digest before or after it', async () => {
    const parts: Part[] = [
      ['resetEmptyFields', 'true'],
      ['review', 'always'],
      csvPart(CSV, { name: 'C:\\temp\\Åsas lista.csv', type: 'application/vnd.ms-excel' }),
      ['sha256', sha256(CSV).toString('hex')],
    ];
    const upload = await newUpload(sql, api);
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
    const upload = await newUpload(sql, api);
    upload.headers = {
      'content-type': 'text/csv; charset=utf-16',
      'content-disposition': `attachment; filename*=UTF-8''l%C3%B6ner.csv`,
    };
    const answer = await uploadRaw(upload, bytes);
    expect(answer.status).toBe(202);
    expect((await bodyOf(answer)).file.name).toBe('löner.csv');
    expect(bytes.equals(await storedBytes(upload.organization))).toBe(true);
    const form = await newUpload(sql, api);
    expect((await uploadForm(form, [csvPart(bytes)])).status).toBe(202);
    expect(bytes.equals(await storedBytes(form.organization))).toBe(true);
  });

  it('can have its digest in a header, in either framing', async () => {
    const raw = await newUpload(sql, api);
    raw.headers = { 'content-digest': `unknown=:AAAA:, sha-256=:${sha256(CSV).toString('base64')}:` };
    expect((await uploadRaw(raw, CSV)).status).toBe(202);
    const form = await newUpload(sql, api);
    const both = new Headers({ 'content-digest': `SHA-256 = :${sha256(CSV).toString('base64')}:` });
    const sha512 = createHash('sha512').update(CSV).digest('base64');
    both.append('content-digest', `sha-512=:${sha512}:`);
    const answer = await uploadRaw({ ...form, headers: Object.fromEntries(both) }, CSV);
    expect(answer.status).toBe(202);
  });
});
