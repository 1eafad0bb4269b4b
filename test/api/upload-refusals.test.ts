import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import {
  bodyOf,
  csvPart,
  massEditsOf,
  NOTHING,
  newUpload,
  type Upload,
  uploadForm,
  uploadRaw,
  whatIsLeft,
} from '../support/uploads.ts';

const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';
const MAX_BYTES = 3 * 1024 * 1024;
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('upload-refusals'), maxBytes: MAX_BYTES });
});
afterAll(async () => {
  await api.close();
  await sql.end();
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
    ...(
      [
        [
          'a hundred digests of one algorithm',
          Array(100)
            .fill(`sha-256=:${sha256(CSV).toString('base64')}:`)
            .join(', '),
        ],
        [
          'one algorithm twice',
          Array(2)
            .fill(`sha-256=:${sha256(CSV).toString('base64')}:`)
            .join(', '),
        ],
        ['three digests', `a=:AAAA:, b=:AAAA:, sha-256=:${sha256(CSV).toString('base64')}:`],
        ['digests in a header of more than 1 KB', `sha-256=:${'A'.repeat(1100)}:`],
        ['spaces around a digest in a header of more than 1 KB', `sha-256${' '.repeat(12_000)}=:AAAA:`],
        ['a digest without colons', `sha-256=${sha256(CSV).toString('base64')}`],
        ['a digest with signs that are not base64', `sha-256=:${sha256(CSV).toString('base64').replace(/^./, '*')}:`],
        ['a digest of nothing', 'sha-512=::'],
      ] as const
    ).flatMap(([name, digests]): typeof refusals => {
      const headers = { 'content-digest': digests };
      return [
        [name, 'invalid_request', 400, (upload) => uploadRaw({ ...upload, headers }, CSV)],
        [`${name}, of a form`, 'invalid_request', 400, (upload) => uploadForm({ ...upload, headers }, [csvPart(CSV)])],
      ];
    }),
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
    ...['b'.repeat(253), 'b'.repeat(9_000), `"${'\\b'.repeat(4_000)}"`].map((boundary): (typeof refusals)[number] => [
      `a form with a boundary of ${boundary.length} characters`,
      'invalid_request',
      400,
      (upload) =>
        uploadForm({ ...upload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }, [
          csvPart(CSV),
        ]),
    ]),
    [
      'a form without a boundary',
      'invalid_request',
      400,
      (upload) => uploadForm({ ...upload, headers: { 'content-type': 'multipart/form-data' } }, [csvPart(CSV)]),
    ],
  ];

  it.each(refusals)('%s: %s', async (_what, code, status, send) => {
    const upload = await newUpload(sql, api);
    const answer = await send(upload);
    const body = await bodyOf(answer);
    expect({ status: answer.status, code: body.code }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(body.detail.length).toBeGreaterThan(20);
    expect(await whatIsLeft(sql, upload)).toEqual(NOTHING);
    expect((await uploadRaw(upload, CSV)).status).toBe(202);
  });

  it('for a role that may not upload, and without a token', async () => {
    const viewer = await newUpload(sql, api, 'viewer');
    expect((await uploadRaw(viewer, CSV)).status).toBe(403);
    expect((await uploadRaw({ ...viewer, token: 'me_nobody' }, CSV)).status).toBe(401);
    const stranger = await newUpload(sql, api);
    expect((await uploadRaw({ ...viewer, token: stranger.token }, CSV)).status).toBe(404);
    expect(await whatIsLeft(sql, viewer)).toEqual(NOTHING);
  });
});
