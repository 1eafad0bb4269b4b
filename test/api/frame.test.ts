import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiLogger } from '../../api/logger.ts';
import { disconnect } from '../../db/client.ts';
import { OPERATOR_TOKEN, startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('a refusal', () => {
  it('is problem+json with a stable code, in every case', async () => {
    const { status, headers, body } = await api.request('GET', '/v1/nothing');
    expect(status).toBe(404);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: '/problems/not_found',
      title: expect.any(String),
      status: 404,
      code: 'not_found',
      detail: expect.any(String),
      instance: '/v1/nothing',
    });
  });

  it('names the errors and the unknown fields of a body', async () => {
    const { status, body } = await api.request('POST', 'attributes', { name: 'Team', type: 'colours', colour: 'red' });
    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
    expect(JSON.stringify(body.errors)).toContain('/type');
  });

  it('stays small for any request', async () => {
    const answers = `surveys/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}/answers`;
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${n}`.padEnd(100, 'x'), 1]));
    for (const wrong of [Array.from({ length: 5_000 }, () => ({ colour: 1 })), [unknown]]) {
      const { body } = await api.request('POST', answers, wrong);
      expect(body.code).toBe('invalid_request');
      expect(body.errors.length).toBeGreaterThan(0);
      expect(JSON.stringify(body).length).toBeLessThan(20_000);
    }
    const { body: attributes } = await api.request('GET', 'attributes');
    const numbers = attributes.items.find(({ type }: { type: string }) => type === 'dates');
    const long = await api.request('POST', `attributes/${numbers.id}/segments`, {
      name: 'A',
      lower: 'x'.repeat(500_000),
    });
    expect(long.body.code).toBe('invalid_value');
    expect(long.body.detail.length).toBeLessThan(1_100);
  });

  it('answers invalid JSON, a body that is too large, and a body of another type', async () => {
    const send = (type: string, payload: string) =>
      api.app.inject({
        method: 'POST',
        url: `/v1/organizations/${api.organization.id}/attributes`,
        headers: { authorization: `Bearer ${api.organization.token}`, 'content-type': type },
        payload,
      });
    expect((await send('application/json', '{"name":')).json().code).toBe('invalid_request');
    expect((await send('application/json', `"${'x'.repeat(2 ** 21)}"`)).json().code).toBe('body_too_large');
    expect((await send('text/html', '<p>')).json().code).toBe('media_type');
  });

  it('treats an invalid id as an unknown id', async () => {
    expect((await api.request('GET', 'attributes/42/segments')).body.code).toBe('not_found');
  });

  it.each([
    ['/v1/organizations/%E0%A4', 400, 'invalid_request'],
    ['/findings/%', 400, 'invalid_request'],
    [`/findings/${'A'.repeat(5_000)}`, 404, 'not_found'],
    [`/v1/organizations/${'0'.repeat(101)}/users?email=x`, 404, 'not_found'],
  ])('is problem+json for an address that the router cannot look up: %.30s', async (url, status, code) => {
    for (const method of ['GET', 'POST', 'HEAD'] as const) {
      const answer = await api.app.inject({ method, url });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      if (method !== 'HEAD') expect(answer.json()).toMatchObject({ type: `/problems/${code}`, status, code });
    }
  });

  it('treats a body that was announced and not sent as no body', async () => {
    const send = (path: string) =>
      api.app.inject({
        method: 'POST',
        url: `/v1/organizations/${api.organization.id}/${path}`,
        headers: { authorization: `Bearer ${api.organization.token}`, 'content-type': 'application/json' },
      });
    const unknownId = '01900000-0000-7000-8000-000000000000';
    expect((await send(`users/${unknownId}/restoration`)).json().code).toBe('not_found');
    expect((await send('attributes')).json().code).toBe('invalid_request');
  });

  it('gives only a reference for a fault', async () => {
    const broken = await startApi();
    await broken.db.$client.end();
    const { status, body } = await broken.request('GET', 'attributes');
    expect(status).toBe(500);
    expect(body.code).toBe('internal_error');
    expect(body.detail).toContain(body.reference);
    await broken.close();
  });
});

describe('a token', () => {
  it('is required everywhere except for health and documentation', async () => {
    for (const path of ['attributes', 'segments', 'users', 'limits', 'mass-edits', 'tokens']) {
      const url = `/v1/organizations/${api.organization.id}/${path === 'segments' ? 'attributes' : path}`;
      const { status, headers, body } = await api.request('GET', url, undefined, { token: null });
      expect([path, status, body.code, headers['www-authenticate']]).toEqual([path, 401, 'unauthenticated', 'Bearer']);
    }
    expect((await api.request('GET', '/healthz', undefined, { token: null })).status).toBe(200);
    expect((await api.request('GET', '/readyz', undefined, { token: null })).status).toBe(200);
    expect((await api.app.inject('/docs')).statusCode).toBe(200);
  });

  it('of another organization finds nothing', async () => {
    const other = await api.newOrganization();
    const { status, body } = await api.request('GET', 'attributes', undefined, { token: other.token });
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('allows a role what the lower roles may, and no more', async () => {
    const viewer = { token: await api.tokenOf('viewer') };
    const approver = { token: await api.tokenOf('approver') };
    expect((await api.request('GET', 'attributes', undefined, viewer)).status).toBe(200);
    for (const as of [viewer, approver]) {
      const refused = await api.request('POST', 'attributes', { name: 'Team', type: 'choices' }, as);
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
      expect((await api.request('GET', 'tokens', undefined, as)).status).toBe(403);
    }
  });
});

describe('the log', () => {
  it('has the method and path of each request and nothing personal: no query, no token, no message of a driver', async () => {
    const lines: string[] = [];
    const logger = apiLogger('info', { write: (line) => void lines.push(line) });
    const logged = await startApi({ logger });
    await logged.request('GET', 'users?email=secret@example.com');
    await logged.request('GET', 'users/secret@example.com/history?externalId=secret');
    for (const path of ['/secret@example.com', '/secret@example.com/%E0', `/findings/${'secret'.repeat(20)}`])
      await logged.request('GET', path);
    await logged.request('POST', 'tokens', { userEmail: 'secret@example.com', role: 'viewer', name: 'secret' });
    await logged.db.$client.end();
    await logged.request('GET', 'users?email=secret@example.com');
    await logged.close();
    const log = lines.join('');
    expect(log).toContain(`/v1/organizations/${logged.organization.id}/users"`);
    expect(log).toContain(`/v1/organizations/${logged.organization.id}/users/:userId/history"`);
    expect(log).toContain('a request failed');
    expect(log).not.toMatch(/secret|me_[\w-]{43}/);
    const error = new Error('Failed query: insert secret');
    logger.error(error);
    logger.error({ err: error, path: '/v1' }, error.message);
    logger.error({ err: error }, 'closed early');
    expect(lines.slice(-3).map((line) => JSON.parse(line).msg)).toEqual(['an error', 'an error', 'closed early']);
    expect(lines.slice(-3).join('')).not.toContain('secret');
  });
});

describe('readiness', () => {
  it('names what is down, while the process is healthy', async () => {
    // Port 1 is closed.
    const alone = await startApi({ temporalAddress: '127.0.0.1:1' });
    const { status, body } = await alone.request('GET', '/readyz');
    expect([status, body.code, body.down]).toEqual([503, 'not_ready', ['temporal']]);
    await disconnect(alone.db);
    expect((await alone.request('GET', '/readyz')).body.down).toEqual(['postgresql', 'temporal']);
    expect((await alone.request('GET', '/healthz')).status).toBe(200);
    await alone.close();
  });
});

describe('the documentation', () => {
  it('is OpenAPI 3.1 and knows every route', async () => {
    const { body } = await api.request('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const o = '/v1/organizations/{organizationId}';
    expect(routes).toEqual(
      expect.arrayContaining([
        'GET /healthz',
        'GET /readyz',
        'POST /v1/organizations',
        `GET ${o}/limits`,
        `DELETE ${o}/tokens/{tokenId}`,
        `PATCH ${o}/attributes/{attributeId}/segments/{segmentId}`,
        `POST ${o}/mass-edits`,
        `PATCH ${o}/users/{userId}`,
        `GET ${o}/users/{userId}/history`,
        `POST ${o}/users/{userId}/restoration`,
        `POST ${o}/surveys/{surveyId}/answers`,
        `GET ${o}/surveys/{surveyId}/report`,
      ]),
    );
    expect(body.paths[`${o}/attributes`].post.responses.default.content).toHaveProperty(['application/problem+json']);
  });
});

describe('the operator', () => {
  it('is not an admin', async () => {
    const body = { name: 'X', timeZone: 'Europe/Stockholm', admin: { email: 'x@example.com', firstName: 'X' } };
    expect((await api.request('POST', '/v1/organizations', body)).body.code).toBe('forbidden');
    expect((await api.request('POST', '/v1/organizations', body, { token: 'me_no' })).body.code).toBe(
      'unauthenticated',
    );
    expect((await api.request('GET', 'attributes', undefined, { token: OPERATOR_TOKEN })).status).toBe(401);
  });
});
