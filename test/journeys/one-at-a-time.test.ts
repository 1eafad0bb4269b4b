import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockEmail } from '../support/lock-rows.ts';
import { ADMIN, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 20 });
});
afterAll(() => product.close());

const IN_PROGRESS = 'A bulk import job is already in progress. Please wait for it to complete';
const PEOPLE = 'Email;First name\nann@example.com;Ann\n';

describe('one mass edit at a time', () => {
  it('refuses a second upload while the first one waits, names the first one, and accepts the second one afterwards', async () => {
    const organization = await product.newOrganization();
    const waiting = await organization.toGate(PEOPLE, { review: 'always' });
    for (const second of [await organization.upload(PEOPLE), await organization.uploadForm(PEOPLE)]) {
      expect(second.status).toBe(409);
      expect(second.headers.get('content-type')).toContain('application/problem+json');
      expect(second.body).toMatchObject({ code: 'mass_edit_in_progress', detail: IN_PROGRESS });
      expect(second.body.current?.startedBy).toBe(ADMIN);
      const { body } = await organization.json('GET', second.body.current?.href ?? '');
      expect(body.id).toBe(waiting.id);
    }
    const [stored] = await product.sql`select count(*)::int as files from files
      where organization_id = ${organization.organizationId}`;
    expect(stored).toEqual({ files: 1 });
    await organization.cancel(waiting);
    await organization.reaches(waiting, 'ended');
    expect((await organization.run(PEOPLE)).counts.created).toBe(1);
  });

  it('refuses a second upload while the first one runs', async () => {
    const organization = await product.newOrganization();
    const rows = Array.from({ length: 400 }, (_, n) => `p${n}@example.com;P${n}`);
    const letGo = await lockEmail(product.sql, organization.organizationId, 'p200@example.com');
    const first = await organization.started(['Email;First name', ...rows, ''].join('\n'));
    await until('a stage that runs, half done', async () =>
      (await organization.at(first)).stages.some(({ status, done }) => status === 'running' && done === 200),
    );
    const second = await organization.upload(PEOPLE);
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'mass_edit_in_progress', detail: IN_PROGRESS });
    await letGo();
    expect((await organization.reaches(first, 'ended')).counts.created).toBe(400);
    expect(await organization.activeUsers()).toHaveLength(401);
  });

  it('accepts one of two uploads that come in the same instant', async () => {
    const organization = await product.newOrganization();
    const both = await Promise.all([organization.upload(PEOPLE), organization.upload(PEOPLE)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const taken = both.find(({ status }) => status === 202);
    const refused = both.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'mass_edit_in_progress', detail: IN_PROGRESS });
    await organization.reaches({ id: taken?.body.id ?? '' }, 'ended');
    const list = await organization.json<{ items: unknown[] }>('GET', '/mass-edits');
    expect(list.body.items).toHaveLength(1);
  });

  it('makes one mass edit for one key, during the run and after it, and refuses the key for another file', async () => {
    const organization = await product.newOrganization();
    const headers = { 'idempotency-key': 'nightly-1' };
    const first = await organization.toGate(PEOPLE, { review: 'always', headers });
    const meanwhile = await organization.upload(PEOPLE, { review: 'always', headers });
    expect([meanwhile.status, meanwhile.body.id]).toEqual([202, first.id]);
    await organization.approve(first);
    await organization.reaches(first, 'ended');
    const later = await organization.upload(PEOPLE, { review: 'always', headers });
    expect([later.status, later.body.id]).toEqual([202, first.id]);
    const reused = await organization.upload(PEOPLE.replace('Ann', 'Anna'), { review: 'always', headers });
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await organization.people())['ann@example.com']).toMatchObject({ first: 'Ann', version: 1 });
  });

  it('keeps organizations apart: neither waits for the other, sees its data, or conflicts with its users', async () => {
    const [one, other] = [await product.newOrganization(), await product.newOrganization()];
    const waiting = await one.toGate(PEOPLE, { review: 'always' });
    const { outcome, counts } = await other.run('Email;External Id;First name\nANN@example.com;1;Another Ann\n');
    expect(outcome).toBe('completed');
    expect(counts.created).toBe(1);
    for (const path of ['', '/rows', '/findings', '/error-log.csv', '/missing-users.csv', '/file']) {
      const answer = await other.json('GET', `/mass-edits/${waiting.id}${path}`);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
      const whole = `/v1/organizations/${one.organizationId}/mass-edits/${waiting.id}${path}`;
      expect((await other.json('GET', whole)).status).toBe(404);
    }
    expect((await other.approve(waiting)).status).toBe(404);
    expect((await other.cancel(waiting)).status).toBe(404);
    await one.approve(waiting);
    expect((await one.reaches(waiting, 'ended')).counts.created).toBe(1);
    expect((await other.people())['ANN@example.com']?.first).toBe('Another Ann');
    expect((await one.people())['ann@example.com']?.first).toBe('Ann');
  });
});
