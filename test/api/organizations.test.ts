import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_TOKEN, startApi, type TestApi } from '../support/api.ts';
import { openDatabase } from '../support/organization.ts';

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

describe('a new organization', () => {
  const operator = { token: OPERATOR_TOKEN };
  const organization = {
    name: 'Nordlys',
    timeZone: 'Europe/Stockholm',
    admin: { email: 'Boss@Example.com', firstName: 'Bo', lastName: 'Ek' },
  };

  it('has the standard attributes, its first admin and that admin’s token', async () => {
    const { status, headers, body } = await api.request('POST', '/v1/organizations', organization, operator);
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/organizations/${body.id}`);
    const as = { token: body.token };
    const attributes = await api.request('GET', `/v1/organizations/${body.id}/attributes`, undefined, as);
    expect(
      attributes.body.items.map((item: { name: string; type: string; hierarchy: boolean }) => [
        item.name,
        item.type,
        item.hierarchy,
      ]),
    ).toEqual([
      ['Employment type', 'choices', false],
      ['Gender', 'choices', false],
      ['Country', 'choices', false],
      ['Department', 'choices', false],
      ['Date of Birth', 'dates', false],
      ['Employment Date', 'dates', false],
      ['Termination date', 'dates', false],
      ['Manager', 'users', true],
    ]);
    const users = await api.request('GET', `/v1/organizations/${body.id}/users`, undefined, as);
    expect(users.body.items).toMatchObject([
      { email: 'Boss@Example.com', firstName: 'Bo', lastName: 'Ek', role: 'admin', language: 'en', participates: true },
    ]);
    const tokens = await api.request('GET', `/v1/organizations/${body.id}/tokens`, undefined, as);
    expect(tokens.body.items).toMatchObject([{ role: 'admin', userEmail: 'Boss@Example.com' }]);
  });

  it('shows its limits', async () => {
    const made = await api.newOrganization({ deleteLimitPercent: 5 });
    const path = `/v1/organizations/${made.id}/limits`;
    const { body } = await api.request('GET', path, undefined, made);
    expect(body).toEqual({
      maxBytes: 2 ** 28,
      maxRows: 1_000_000,
      maxColumns: 500,
      maxCellCharacters: 10_000,
      approvalTimeout: '24h',
      deleteLimit: { percent: 5, fromUsers: 100, people: 500 },
      languages: ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt'],
    });
  });

  it('needs an existing time zone, a name and an email', async () => {
    const refused = async (changes: object) => {
      const { status, body } = await api.request(
        'POST',
        '/v1/organizations',
        { ...organization, ...changes },
        operator,
      );
      return [status, body.code];
    };
    expect(await refused({ timeZone: 'Europe/Uppsala' })).toEqual([422, 'invalid_value']);
    expect(await refused({ timeZone: '+01:00' })).toEqual([422, 'invalid_value']);
    expect(await refused({ name: ' \t ' })).toEqual([422, 'invalid_value']);
    expect(await refused({ name: 'a\u0000b' })).toEqual([422, 'invalid_value']);
    expect(await refused({ name: 'half \ud83d' })).toEqual([422, 'invalid_value']);
    expect(await refused({ admin: { email: 'no-address', firstName: 'X' } })).toEqual([422, 'invalid_value']);
    expect(await refused({ admin: undefined })).toEqual([400, 'invalid_request']);
    expect(await refused({ deleteLimitPercent: '5' })).toEqual([400, 'invalid_request']);
    expect(await refused({ colour: 'red' })).toEqual([400, 'invalid_request']);
  });
});

describe('a token', () => {
  const give = (body: object) => api.request('POST', 'tokens', { role: 'viewer', name: 'Payroll', ...body });

  it('is shown once, stored as a hash, and works', async () => {
    const { status, body } = await give({ userEmail: ' ADMIN@example.com ' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      token: expect.stringMatching(/^me_[\w-]{43}$/),
      name: 'Payroll',
      role: 'viewer',
      power: 'viewer',
      userEmail: 'admin@example.com',
      userExternalId: null,
      createdBy: 'admin@example.com',
      expiresAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect((await api.request('GET', 'attributes', undefined, body)).status).toBe(200);
    const listed = await api.request('GET', 'tokens');
    expect(listed.body.items.map((token: { id: string }) => token.id)).toContain(body.id);
    expect(JSON.stringify(listed.body)).not.toContain(body.token);
    const stored = await api.db.$client.begin(async (sql) => {
      await sql`select set_config('app.organization_id', ${api.organization.id}, true)`;
      return sql`select row_to_json(t)::text as row from tokens t`;
    });
    expect(stored.length).toBeGreaterThan(1);
    expect(stored.map(({ row }) => row).join()).not.toContain(body.token.slice(3));
  });

  it('does not work after its deletion', async () => {
    const { body } = await give({ userEmail: 'admin@example.com' });
    expect((await api.request('DELETE', `tokens/${body.id}`)).status).toBe(204);
    expect((await api.request('GET', 'attributes', undefined, body)).status).toBe(401);
    expect((await api.request('DELETE', `tokens/${body.id}`)).status).toBe(404);
  });

  it('does not work after it has expired', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await give({ userEmail: 'admin@example.com', expiresAt });
    expect(body.expiresAt).toBe(expiresAt);
    expect((await api.request('GET', 'attributes', undefined, body)).status).toBe(200);
    await sql`update tokens set expires_at = now() where public_id = ${body.id}`;
    expect((await api.request('GET', 'attributes', undefined, body)).status).toBe(401);
  });

  it('belongs to an existing user, and expires in the future', async () => {
    expect((await give({ userEmail: 'nobody@example.com' })).body.code).toBe('person_not_found');
    const past = await give({ userEmail: 'admin@example.com', expiresAt: '2020-01-01T00:00:00Z' });
    expect([past.status, past.body.code]).toEqual([422, 'invalid_value']);
    expect((await give({ userEmail: 'admin@example.com', role: 'king' })).status).toBe(400);
  });

  it('is listed page by page', async () => {
    const first = await api.request('GET', 'tokens?limit=1');
    expect(first.body.items).toHaveLength(1);
    const second = await api.request('GET', `tokens?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=nonsense', 'page=2']) {
      expect([query, (await api.request('GET', `tokens?${query}`)).status]).toEqual([query, 400]);
    }
  });
});
