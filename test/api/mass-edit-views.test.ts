import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingJson } from '../../api/mass-edits/json/finding-json.ts';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { PlanRowJson } from '../../api/mass-edits/json/plan-row-json.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { CSV, organizationWithUsers } from '../support/peopled-organization.ts';
import { until } from '../support/until.ts';
import { bodyOf, csvPart, type Upload, uploadForm } from '../support/uploads.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

type Page<Item> = { items: Item[]; nextCursor: string | null };

const sql = openDatabase();
const taskQueue = ownQueue('views');
let api: TestApi;
let worker: RunningWorker;
let upload: Upload;
let approver: string;
let waiting: MassEditJson;
let ended: MassEditJson;
/** The answer of each address while the mass edit waited at the gate. The tests about the end send new requests. */
const atTheGate = new Map<string, unknown>();

beforeAll(async () => {
  [api, worker] = await Promise.all([startApi({ taskQueue }), startWorker({ taskQueue })]);
  const organization = await organizationWithUsers(sql);
  upload = { api, organization, token: await tokenFor(sql, organization, 'editor') };
  approver = await tokenFor(sql, organization, 'approver');
  const answer = await uploadForm(upload, [['deleteMissingUsers', 'true'], csvPart(CSV, { name: 'Löner.csv' })]);
  const { links } = await bodyOf(answer);
  waiting = await until('it waits', async () => {
    const edit = await get<MassEditJson>(links.self);
    return edit.state === 'awaiting_approval' && edit;
  });
  for (const path of [
    links.rows,
    ...['errors', 'warnings', 'created', 'updated', 'unchanged', 'deleted'].map((show) => `${links.rows}?show=${show}`),
    links.findings,
  ]) {
    atTheGate.set(path, await get(path));
  }
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await sql.end();
});

async function get<Body>(path: string): Promise<Body> {
  const answer = await ask(path);
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as Body;
}

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(api.url + path, { headers: { authorization: `Bearer ${upload.token}`, ...headers } });

const rowsAtTheGate = (show?: string): PlanRowJson[] =>
  (atTheGate.get(`${waiting.links.rows}${show ? `?show=${show}` : ''}`) as Page<PlanRowJson>).items;

describe('a mass edit that waits', () => {
  it('shows its plan and the users that it would delete', () => {
    expect(waiting).toMatchObject({
      state: 'awaiting_approval',
      outcome: null,
      file: { name: 'Löner.csv', rows: 5, encoding: 'utf-8', delimiter: ';', sample: null },
      stage: { number: 2, of: 7, name: 'Cycle detection' },
      counts: { read: 5, created: 1, updated: 2, unchanged: 1, refused: 1, skipped: 0, deleted: 1, segmentsCreated: 1 },
      deletion: { count: 1, ofUsers: 6, percent: 16.7, countRequired: false },
      startedBy: 'hr@example.com',
      startedByName: 'Hanna',
    });
    expect(waiting.deletion?.kept).toEqual([
      { email: 'hr@example.com', externalId: null, firstName: 'Hanna', lastName: null, reason: 'uploader' },
      { email: 'eve@example.com', externalId: null, firstName: 'Eve', lastName: null, reason: 'admin' },
    ]);
    expect(Date.parse(waiting.deletion?.expiresAt ?? '')).toBeGreaterThan(Date.now());
    expect(waiting.stages.map(({ status }) => status).slice(0, 3)).toEqual(['done', 'done', 'waiting']);
  });

  it('has an ETag that saves the body while nothing changes', async () => {
    const first = await ask(waiting.links.self);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('retry-after')).toBe('5');
    const again = await ask(waiting.links.self, { 'if-none-match': `"other", ${etag}` });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
    expect(await again.text()).toBe('');
    expect((await ask(waiting.links.self, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is the latest, and is in the list', async () => {
    const of = waiting.links.self.replace(/\/[^/]+$/, '');
    expect(await get(`${of}/latest`)).toEqual(waiting);
    expect(await get(of)).toEqual({ items: [waiting], nextCursor: null });
  });

  it('shows each row with old and new value per cell, as people write them', () => {
    const [ann, bob, cat, nina, broken] = rowsAtTheGate();
    expect(ann).toMatchObject({
      line: 2,
      action: 'update',
      user: { email: 'ann@example.com', firstName: 'Anna' },
      restores: false,
      changes: [
        { column: 'First name', before: 'Anna', after: 'Ann' },
        { column: 'Last name', before: null, after: 'Lind' },
        { column: 'Employment Date', before: '2019-12-31', after: '2020-01-31' },
        { column: 'Salary', before: null, after: '1000.5' },
        { column: 'Manager', before: null, after: 'bob@example.com' },
      ],
    });
    expect(bob?.changes).toEqual([
      { column: 'Participate in survey', before: 'TRUE', after: 'FALSE' },
      { column: 'Department', before: 'Sales', after: 'Brand new' },
    ]);
    expect(cat).toMatchObject({ line: 4, action: 'unchanged', changes: [], user: { externalId: 'C-1' } });
    expect(nina).toMatchObject({ line: 5, action: 'create', user: { id: null, externalId: 'N-1', firstName: 'Nina' } });
    expect(nina?.changes).toContainEqual({ column: 'Department', before: null, after: 'Sales' });
    expect(nina?.changes).toContainEqual({ column: 'Manager', before: null, after: 'cat@example.com' });
    expect(nina?.findings).toMatchObject([{ code: 'CASE_VARIANT', severity: 'warning', column: 'Department' }]);
    expect(broken).toMatchObject({ line: 6, action: 'refused', user: { email: 'broken@example.com' }, changes: [] });
    expect(broken?.findings).toMatchObject([
      { line: 6, severity: 'error', code: 'BOOLEAN_INVALID', column: 'Participate in survey', value: 'maybe' },
    ]);
  });

  it('shows the rows of a filter', () => {
    const lines = (show: string) => rowsAtTheGate(show).map(({ line }) => line);
    expect(lines('errors')).toEqual([6]);
    expect(lines('warnings')).toEqual([5]);
    expect(lines('created')).toEqual([5]);
    expect(lines('updated')).toEqual([2, 3]);
    expect(lines('unchanged')).toEqual([4]);
    expect(rowsAtTheGate('deleted')).toMatchObject([
      { line: null, action: 'delete', user: { email: 'dan@example.com' }, changes: [], findings: [] },
    ]);
  });

  it('pages its lists without a lost or repeated item', async () => {
    for (const path of [waiting.links.rows, waiting.links.findings]) {
      const { items } = await get<Page<unknown>>(path);
      const paged: unknown[] = [];
      for (let cursor: string | null = '', pages = 0; cursor !== null && pages <= items.length; pages++) {
        const page: Page<unknown> = await get(`${path}?limit=1${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(items);
      expect((await ask(`${path}?limit=201`)).status).toBe(400);
      for (const made of ['"x"', '1.5', '{"line":1e99,"id":1}', String(2 ** 63)])
        expect((await ask(`${path}?cursor=${Buffer.from(made).toString('base64url')}`)).status, made).toBe(400);
      // Cursors of our own form, beyond any line or key: they give no items, or are refused.
      for (const key of [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
        const answer = await ask(`${path}?cursor=${Buffer.from(String(key)).toString('base64url')}`);
        expect([200, 400], String(key)).toContain(answer.status);
      }
      expect((await ask(`${path}?code=%00`)).status).toBeLessThan(500);
    }
  });

  it('lists all findings, by severity, by code, and counted', async () => {
    const { findings } = waiting.links;
    const all = await get<Page<FindingJson>>(findings);
    expect(all.items.map(({ code }) => code).sort()).toEqual([
      'BOOLEAN_INVALID',
      'CASE_VARIANT',
      'KEPT',
      'KEPT',
      'UNKNOWN_HEADER',
    ]);
    for (const { message, suggestion } of all.items) expect(`${message} ${suggestion}`.length).toBeGreaterThan(20);
    const codes = async (query: string) =>
      (await get<Page<FindingJson>>(findings + query)).items.map(({ code }) => code);
    expect(await codes('?severity=error')).toEqual(['BOOLEAN_INVALID']);
    expect(await codes('?code=KEPT')).toEqual(['KEPT', 'KEPT']);
    const groups = await get<Page<{ code: string; severity: string; count: number; examples: FindingJson[] }>>(
      `${findings}?group=code`,
    );
    expect(groups.items.map(({ code, count }) => [code, count])).toEqual([
      ['BOOLEAN_INVALID', 1],
      ['KEPT', 2],
      ['CASE_VARIANT', 1],
      ['UNKNOWN_HEADER', 1],
    ]);
    const titles = async (query: string) =>
      (await get<Page<{ title: string }>>(findings + query)).items.map(({ title }) => title);
    expect((await titles('?group=code'))[0]).toBe('Neither TRUE nor FALSE');
    expect((await titles('?group=code&language=sv'))[0]).toBe('Varken TRUE eller FALSE');
    expect(await titles('?code=KEPT')).toEqual(['Not deleted', 'Not deleted']);
    expect(groups.items[0]?.examples).toEqual(
      await get<Page<FindingJson>>(`${findings}?severity=error`).then((p) => p.items),
    );
  });

  it('gives its files as downloads that are not cached', async () => {
    const missing = await ask(waiting.links.missingUsers);
    expect(missing.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(missing.headers.get('cache-control')).toBe('no-store');
    expect(missing.headers.get('content-disposition')).toContain('filename="missing-users.csv"');
    expect((await missing.text()).split('\r\n')).toEqual([
      'Email;External Id;First name;Last name;Language;Participate in survey;Department;Country;Employment Date;Salary;Manager;Mentor',
      'dan@example.com;;Dan;;en;TRUE;;;;;ann@example.com;',
      '',
    ]);
    const log = await ask(waiting.links.errorLog);
    expect(log.headers.get('content-disposition')).toBe(
      `attachment; filename="Loner-error-log.csv"; filename*=UTF-8''L%C3%B6ner-error-log.csv`,
    );
    expect(await log.text()).toContain('broken@example.com;;Bo;;maybe;');
    const file = await ask(waiting.links.file);
    expect(file.headers.get('content-length')).toBe(String(Buffer.byteLength(CSV)));
    expect(await file.text()).toBe(CSV);
  });

  it('reads no file for a HEAD request', async () => {
    const { missingUsers, errorLog, file } = waiting.links;
    const templates = `/v1/organizations/${upload.organization.id}/templates`;
    for (const path of [missingUsers, errorLog, file, `${templates}/create-users.csv`, `${templates}/edit-users.csv`]) {
      const headers = { authorization: `Bearer ${upload.token}` };
      expect((await fetch(api.url + path, { method: 'HEAD', headers })).status, path).toBe(404);
    }
  });

  it('is hidden from other organizations', async () => {
    const stranger = await newOrganization(sql);
    const token = await tokenFor(sql, stranger, 'admin');
    const elsewhere = waiting.links.self.replace(upload.organization.id, stranger.id);
    for (const path of [waiting.links.self, elsewhere, `${elsewhere}/rows`, `${elsewhere}/file`, `${elsewhere}x`]) {
      expect((await ask(path, { authorization: `Bearer ${token}` })).status).toBe(404);
    }
    const of = elsewhere.replace(/\/[^/]+$/, '');
    expect((await ask(`${of}/latest`, { authorization: `Bearer ${token}` })).status).toBe(204);
  });
});

describe('a mass edit that has ended', () => {
  beforeAll(async () => {
    const answer = await fetch(api.url + waiting.links.approval, {
      method: 'POST',
      headers: { authorization: `Bearer ${approver}`, 'content-type': 'application/json' },
      body: JSON.stringify({ decision: 'approve', listDigest: waiting.deletion?.listDigest, acknowledged: true }),
    });
    expect(answer.status).toBe(202);
    ended = await until('it has ended', async () => {
      const edit = await get<MassEditJson>(waiting.links.self);
      return edit.state === 'ended' && edit;
    });
  });

  it('keeps its counts, its deletion and the user who decided', async () => {
    expect(ended).toMatchObject({
      outcome: 'completed_with_errors',
      counts: { ...waiting.counts, deleted: 1 },
      deletion: { count: 1, listDigest: waiting.deletion?.listDigest },
      decision: 'approve',
      decidedBy: 'hr@example.com',
      decidedByName: 'Hanna',
      stage: { number: 7 },
    });
    const answer = await ask(ended.links.self);
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('shows the same rows as before, now as applied', async () => {
    const { items } = await get<Page<PlanRowJson>>(ended.links.rows);
    const outcome = (row: PlanRowJson) => [row.line, row.action, row.changes, row.findings];
    expect(items.map(outcome)).toEqual(rowsAtTheGate().map(outcome));
    expect(items[3]?.user.id).not.toBeNull();
    const { items: deleted } = await get<Page<PlanRowJson>>(`${ended.links.rows}?show=deleted`);
    expect(deleted).toEqual(rowsAtTheGate('deleted'));
  });

  it('still gives the users who were deleted, to restore them', async () => {
    expect(await (await ask(ended.links.missingUsers)).text()).toContain('dan@example.com;;Dan;');
  });
});

it('a cancelled mass edit shows rows that were never applied as skipped', async () => {
  const organization = await newOrganization(sql);
  upload = { api, organization, token: await tokenFor(sql, organization, 'editor') };
  const edit = await bodyOf(await uploadForm(upload, [['review', 'always'], csvPart(CSV)]));
  await until('it waits', async () => (await get<MassEditJson>(edit.links.self)).state === 'awaiting_approval');
  const cancelled = await fetch(api.url + edit.links.cancellation, {
    method: 'POST',
    headers: { authorization: `Bearer ${upload.token}` },
  });
  expect(cancelled.status).toBe(202);
  await until('it has ended', async () => (await get<MassEditJson>(edit.links.self)).state === 'ended');
  const { items } = await get<Page<PlanRowJson>>(edit.links.rows);
  expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['refused', 'skipped']));
  expect((await get<Page<PlanRowJson>>(`${edit.links.rows}?show=created`)).items).toEqual([]);
});
