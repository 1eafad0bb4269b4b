import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '../../monitoring/security-headers.ts';
import { type Client, clientOf } from '../support/client.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { unusual } from '../support/security-headers.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

const taskQueue = ownQueue('headers');
const sql = openDatabase();
/** `GET /v1/session` for every route, hidden ones too. */
const routes: string[] = [];
const ids: Record<string, string | undefined> = {};
let api: TestApi;
let worker: RunningWorker;
let client: Client;
let uploaded: Headers;

beforeAll(async () => {
  const note = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
  };
  subscribe('fastify.initialization', note);
  [api, worker] = await Promise.all([startApi({ taskQueue }), startWorker({ taskQueue })]);
  unsubscribe('fastify.initialization', note);
  const organization = await newOrganization(sql);
  client = clientOf(api.url, organization.id, await tokenFor(sql, organization, 'admin'));
  await client.run('Email;First name\na@example.com;A\nb@example.com;B\n');
  const upload = await client.upload('Email;First name\na@example.com;A\n', { deleteMissingUsers: true });
  uploaded = upload.headers;
  await client.reaches(upload.body, 'awaiting_approval');
  const made = async (path: string, body: object) => (await client.json<{ id: string }>('POST', path, body)).body.id;
  ids.attributeId = await made('/attributes', { name: 'Squad', type: 'choices' });
  ids.segmentId = await made(`/attributes/${ids.attributeId}/segments`, { name: 'Red' });
  ids.surveyId = await made('/surveys', { name: 'Spring', sentOn: '2026-02-28' });
  ids.tokenId = await made('/tokens', { userEmail: 'a@example.com', role: 'viewer', name: 'T' });
  Object.assign(ids, { organizationId: organization.id, massEditId: upload.body.id });
  ids.userId = (await client.user('a@example.com'))?.id;
  ids['*'] = readdirSync(resolve(import.meta.dirname, '../../web/dist/assets')).find((name) => name.endsWith('.js'));
});
afterAll(async () => {
  await api?.close();
  await worker?.close();
  await sql.end();
});

/** Bodies of requests that are answered, by route. */
const ORGANIZATION = '/v1/organizations/:organizationId';
const ONE_EDIT = `${ORGANIZATION}/mass-edits/:massEditId`;
const bodies = (): Record<string, unknown> => ({
  'POST /v1/session': { token: client.token },
  'POST /v1/organizations': { name: 'Other', timeZone: 'UTC', admin: { email: 'o@example.com', firstName: 'O' } },
  [`POST ${ORGANIZATION}/tokens`]: { userEmail: 'a@example.com', role: 'viewer', name: 'U' },
  [`POST ${ORGANIZATION}/attributes`]: { name: 'Pay', type: 'numbers' },
  [`PATCH ${ORGANIZATION}/attributes/:attributeId`]: { name: 'Squads' },
  [`POST ${ORGANIZATION}/attributes/:attributeId/segments`]: { name: 'Blue' },
  [`PATCH ${ORGANIZATION}/attributes/:attributeId/segments/:segmentId`]: { name: 'Green' },
  [`PATCH ${ORGANIZATION}/users/:userId`]: { firstName: 'Ann' },
  [`POST ${ORGANIZATION}/surveys`]: { name: 'Autumn', sentOn: '2026-09-28' },
  [`POST ${ORGANIZATION}/surveys/:surveyId/answers`]: [],
});
/** Requests that are refused in any case: a mass edit is open, an answer is missing, no user is deleted. */
const REFUSED = [
  `POST ${ORGANIZATION}/mass-edits`,
  `POST ${ONE_EDIT}/approval`,
  `POST ${ORGANIZATION}/users/:userId/restoration`,
];

/** Sends a request to a route: as a caller who may, or without a token. */
async function ask(route: string, credentials: Record<string, string>): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .replaceAll(/:(\w+)|\*/g, (name) => ids[name.replace(':', '')] ?? name)
    .replace('/findings/:code', '/findings/CYCLE')
    .replace('/problems/:code', '/problems/forbidden');
  const body = bodies()[route];
  const answer = await fetch(`${api.url}${path}${pattern.endsWith('/report') ? '?attribute=Department' : ''}`, {
    method,
    redirect: 'manual',
    headers: { ...credentials, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  await answer.body?.cancel();
  return answer;
}

/** The credentials of a route: the cookie for sessions, the operator's token for organizations. */
async function credentialsFor(route: string): Promise<Record<string, string>> {
  if (route === 'POST /v1/organizations') return { authorization: `Bearer ${api.config.operatorToken}` };
  if (!route.endsWith('/v1/session')) return { authorization: `Bearer ${client.token}` };
  const { headers } = await ask('POST /v1/session', {});
  return { cookie: String(headers.get('set-cookie')).split(';')[0] ?? '', 'x-mass-edit-page': '1' };
}

it('every answer of every route has the security headers, and these routes have special ones', async () => {
  const seen = new Map<string, string[]>();
  const note = (what: string, { headers }: Response): void => {
    const others = unusual(headers);
    // A secret that differs each time.
    if (others['set-cookie']) others['set-cookie'] = 'of the session';
    if (Object.keys(others).length === 0) return;
    const key = Object.entries(others)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' | ')
      .replaceAll(/'sha256-[^']+'/g, "'sha256-…'");
    seen.set(key, [...(seen.get(key) ?? []), what]);
  };
  expect(routes.length).toBeGreaterThan(60);
  for (const route of routes) {
    if (route.endsWith('/docs/static/*')) continue;
    const answered = await ask(route, await credentialsFor(route));
    expect([route, answered.status < 400]).toEqual([route, !REFUSED.includes(route)]);
    note(route, answered);
    if (!route.includes(' /v1/')) continue;
    const refused = await ask(route, {});
    // The token in the body signs in.
    if (route !== 'POST /v1/session') expect([route, refused.status]).toEqual([route, 401]);
    note(`${route} refused`, refused);
  }
  expect(Object.fromEntries(seen)).toMatchInlineSnapshot(`
    {
      "cache-control: no-cache | content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'": [
        "GET /",
        "HEAD /",
        "GET /organizations/:organizationId/mass-edit",
        "HEAD /organizations/:organizationId/mass-edit",
        "GET /organizations/:organizationId/mass-edit/:massEditId",
        "HEAD /organizations/:organizationId/mass-edit/:massEditId",
      ],
      "cache-control: no-store, no-transform": [
        "GET /v1/organizations/:organizationId/mass-edits/:massEditId/events",
      ],
      "cache-control: public, max-age=31536000, immutable": [
        "HEAD /assets/*",
        "GET /assets/*",
      ],
      "cache-control: public, max-age=3600 | content-security-policy: default-src 'none'; style-src 'sha256-…'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'": [
        "GET /findings",
        "HEAD /findings",
        "GET /findings/:code",
        "HEAD /findings/:code",
        "GET /problems",
        "HEAD /problems",
        "GET /problems/:code",
        "HEAD /problems/:code",
      ],
      "clear-site-data: "cache", "storage" | set-cookie: of the session": [
        "DELETE /v1/session",
      ],
      "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self' 'sha256-…'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'": [
        "GET /docs",
        "HEAD /docs",
        "GET /docs/static/index.html",
        "HEAD /docs/static/index.html",
        "GET /docs/static/swagger-initializer.js",
        "HEAD /docs/static/swagger-initializer.js",
        "GET /docs/json",
        "HEAD /docs/json",
        "GET /docs/yaml",
        "HEAD /docs/yaml",
      ],
      "set-cookie: of the session": [
        "POST /v1/session",
        "POST /v1/session refused",
      ],
    }
  `);
});

it('an accepted upload has them', () => {
  expect(unusual(uploaded)).toEqual({});
});

it('files have them: plain, compressed, unchanged and missing', async () => {
  const file = `${api.url}/assets/${ids['*']}`;
  const forever = { 'cache-control': 'public, max-age=31536000, immutable' };
  const compressed = await fetch(file, { headers: { 'accept-encoding': 'br' } });
  expect([compressed.headers.get('content-encoding'), unusual(compressed.headers)]).toEqual(['br', forever]);
  const plain = await fetch(file, { headers: { 'accept-encoding': 'identity' } });
  expect([plain.headers.get('content-encoding'), unusual(plain.headers)]).toEqual([null, forever]);
  // Not by fetch, which asks for a whole answer as soon as it is given an ETag.
  const known = { 'if-none-match': String(plain.headers.get('etag')) };
  const again = await api.app.inject({ url: `/assets/${ids['*']}`, headers: known });
  expect([again.statusCode, again.headers]).toMatchObject([304, { ...SECURITY_HEADERS, ...forever }]);
  const script = await fetch(`${api.url}/docs/static/swagger-ui-bundle.js`);
  expect([script.status, Object.keys(unusual(script.headers))]).toEqual([
    200,
    ['cache-control', 'content-security-policy'],
  ]);
  expect(unusual((await fetch(`${api.url}/assets/none.js`)).headers)).toEqual({});
});

it('an unchanged mass edit has them', async () => {
  const path = `/mass-edits/${ids.massEditId}`;
  const { headers } = await client.json('GET', path);
  const url = `${api.url}/v1/organizations/${client.organizationId}${path}`;
  const again = await fetch(url, {
    headers: { authorization: `Bearer ${client.token}`, 'if-none-match': String(headers.get('etag')) },
  });
  expect([again.status, unusual(again.headers)]).toEqual([304, {}]);
});
