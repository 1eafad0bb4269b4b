import { createHash } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purge } from '../../api/reconciler.ts';
import { OPERATOR_TOKEN, startApi, type TestApi } from '../support/api.ts';
import { timeZone } from '../support/days.ts';
import { openDatabase } from '../support/organization.ts';

const OWN_PAGE = { 'x-mass-edit-page': '1' };
const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const signIn = (token: string, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: 'localhost:3000', ...headers },
    payload: { token },
  });

/** The cookie of a new session of this token. */
async function sessionOf(token: string, headers?: Record<string, string>): Promise<string> {
  const answer = await signIn(token, headers);
  expect(answer.statusCode, answer.body).toBe(200);
  return `mass_edit_session=${answer.cookies[0]!.value}`;
}

const ask = (
  method: NonNullable<InjectOptions['method']>,
  path: string,
  cookie: string,
  more: Pick<InjectOptions, 'headers' | 'payload'> = {},
) =>
  api.app.inject({
    method,
    url: path.startsWith('/') ? path : `/v1/organizations/${api.organization.id}/${path}`,
    headers: { cookie, ...more.headers },
    ...(more.payload === undefined ? {} : { payload: more.payload }),
  });

/** The row of a cookie. */
const rowsOf = (cookie: string) =>
  sql`select * from sessions where hash = ${createHash('sha256').update(cookie.split('=')[1]!).digest()}`;

describe('signing in', () => {
  it('exchanges a token for a cookie that no script reads and no other origin can send, and names the caller', async () => {
    const before = Date.now();
    const answer = await signIn(api.organization.token);
    const session = answer.json();
    expect(session).toEqual({
      organization: { id: api.organization.id, name: 'Test', timeZone: timeZone() },
      user: { email: 'admin@example.com', externalId: null, firstName: 'Ada', lastName: null },
      role: 'admin',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const hours = (Date.parse(session.expiresAt) - before) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThan(12.1);
    const attributes = String(answer.headers['set-cookie']).split('; ');
    expect(attributes[0]).toMatch(/^mass_edit_session=ms_[\w-]{43}$/);
    expect(attributes.slice(1).sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict']);
    expect(answer.headers['cache-control']).toBe('no-store');

    const again = await ask('GET', '/v1/session', `mass_edit_session=${answer.cookies[0]!.value}`);
    expect([again.statusCode, again.json()]).toEqual([200, session]);
  });

  it('stores only a hash of the cookie, bound to the token', async () => {
    const cookie = await sessionOf(api.organization.token);
    const [row] = await rowsOf(cookie);
    expect(row).toMatchObject({ organization_id: api.organization.id });
    expect(JSON.stringify(row)).not.toContain(cookie.split('=')[1]);
  });

  it.each([
    ['localhost:3000', false],
    ['LOCALHOST', false],
    ['127.0.0.1:3000', false],
    ['[::1]:3000', false],
    ['people.example.com', true],
    ['localhost.example.com', true],
  ])('at %s sends the cookie over TLS only: %s', async (host, secure) => {
    const answer = await signIn(api.organization.token, { host });
    expect(answer.cookies[0]?.secure === true).toBe(secure);
  });

  it('is refused with a wrong token, or the operator’s, and sets no cookie', async () => {
    for (const token of ['me_wrong', '', OPERATOR_TOKEN]) {
      const answer = await signIn(token);
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('takes no body that is larger than a token needs, because the caller is unknown before', async () => {
    const answer = await signIn('x'.repeat(2_000));
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'body_too_large']);
  });

  it('is refused for the form of another page', async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { 'content-type': 'text/plain' },
      payload: JSON.stringify({ token: api.organization.token }),
    });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([400, undefined]);
  });

  it('a second time in the same browser ends the first session', async () => {
    const first = await sessionOf(api.organization.token);
    const second = await sessionOf(await api.tokenOf('viewer'), { cookie: first });
    expect((await ask('GET', '/v1/session', first)).statusCode).toBe(401);
    expect((await ask('GET', '/v1/session', second)).json().role).toBe('viewer');
  });
});

describe('a session', () => {
  it('works as its token on every route, with its organization and its role', async () => {
    const admin = await sessionOf(api.organization.token);
    const viewer = await sessionOf(await api.tokenOf('viewer'));
    expect((await ask('GET', 'attributes', admin)).statusCode).toBe(200);
    expect((await ask('GET', 'tokens', admin)).statusCode).toBe(200);
    expect((await ask('GET', 'tokens', viewer)).json().code).toBe('forbidden');
    const made = { headers: OWN_PAGE, payload: { name: 'Team', type: 'choices' } };
    expect((await ask('POST', 'attributes', viewer, made)).json().detail).toContain('takes the role admin');
    expect((await ask('POST', 'attributes', admin, made)).statusCode).toBe(201);
    const other = await api.newOrganization();
    const elsewhere = await ask('GET', `/v1/organizations/${other.id}/attributes`, admin);
    expect([elsewhere.statusCode, elsewhere.json().code]).toEqual([404, 'not_found']);
  });

  it('yields to a token in the same request, and works beside an Authorization of another kind', async () => {
    const viewer = await sessionOf(await api.tokenOf('viewer'));
    const with_ = (authorization: string) => ask('GET', 'tokens', viewer, { headers: { authorization } });
    expect((await with_(`Bearer ${api.organization.token}`)).statusCode).toBe(200);
    expect((await with_('Bearer me_wrong')).statusCode).toBe(401);
    expect((await with_('Basic cHJveHk6cHJveHk=')).statusCode).toBe(403);
  });

  it('that is invalid is refused as a missing token is', async () => {
    for (const cookie of ['mass_edit_session=ms_wrong', 'mass_edit_session=', 'other=1']) {
      for (const path of ['/v1/session', 'attributes']) {
        const { statusCode, headers } = await ask('GET', path, cookie);
        expect([path, statusCode, headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
      }
    }
  });
});

describe('a request that another page has the browser send', () => {
  it('changes nothing by cookie: every method except GET needs a header that only our page sends', async () => {
    const cookie = await sessionOf(api.organization.token);
    const { paths } = (await api.app.inject('/openapi.json')).json();
    const unknownId = '01900000-0000-7000-8000-000000000000';
    const changing = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => ({
          method: method.toUpperCase() as 'POST',
          url: path.replace('{organizationId}', api.organization.id).replaceAll(/\{\w+\}/g, unknownId),
        })),
    );
    // Neither of these takes a session: the first creates it, the other is the operator's.
    const others = ['POST /v1/session', 'POST /v1/organizations'];
    const byCookie = changing.filter(({ method, url }) => !others.includes(`${method} ${url}`));
    expect(byCookie.length).toBeGreaterThan(10);
    for (const { method, url } of byCookie) {
      const refused = await ask(method, url, cookie);
      expect([method, url, refused.statusCode, refused.json().code]).toEqual([method, url, 403, 'forbidden']);
      expect(refused.json().detail).toContain('X-Mass-Edit-Page: 1');
      if (url === '/v1/session') continue;
      const byToken = { authorization: `Bearer ${api.organization.token}` };
      const taken = await api.app.inject({ method, url, headers: byToken });
      expect([method, url, taken.statusCode]).not.toEqual([method, url, 403]);
    }
    expect((await ask('GET', '/v1/session', cookie)).statusCode).toBe(200);
  });

  it('gets no answer to a preflight', async () => {
    const { statusCode, headers } = await api.app.inject({
      method: 'OPTIONS',
      url: `/v1/organizations/${api.organization.id}/mass-edits`,
      headers: {
        origin: 'https://elsewhere.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-mass-edit-page',
      },
    });
    expect(statusCode).toBe(404);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('the end of a session', () => {
  const isOver = async (cookie: string) => (await ask('GET', 'attributes', cookie)).statusCode === 401;

  it('comes with sign-out, which deletes the cookie and keeps the token; a second sign-out is no error', async () => {
    const cookie = await sessionOf(api.organization.token);
    for (let i = 0; i < 2; i++) {
      const answer = await ask('DELETE', '/v1/session', cookie, { headers: OWN_PAGE });
      expect([answer.statusCode, answer.cookies[0]]).toMatchObject([204, { value: '', maxAge: 0, path: '/' }]);
    }
    expect(await isOver(cookie)).toBe(true);
    expect(await rowsOf(cookie)).toHaveLength(0);
    expect((await api.request('GET', 'attributes')).status).toBe(200);
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/session', headers: OWN_PAGE })).statusCode).toBe(401);
  });

  it('comes with the deletion of its token', async () => {
    const token = await api.tokenOf('viewer');
    const cookie = await sessionOf(token);
    const { body } = await api.request('GET', 'tokens?limit=200');
    await api.request('DELETE', `tokens/${body.items.at(-1).id}`);
    expect(await isOver(cookie)).toBe(true);
    expect(await rowsOf(cookie)).toHaveLength(0);
  });

  it('comes with the expiry of its token, also if that is changed later', async () => {
    const userEmail = 'admin@example.com';
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await api.request('POST', 'tokens', { userEmail, role: 'viewer', name: 'short', expiresAt });
    const answer = await signIn(body.token);
    expect(answer.json().expiresAt).toBe(expiresAt);
    await sql`update tokens set expires_at = now() where public_id = ${body.id}`;
    expect(await isOver(`mass_edit_session=${answer.cookies[0]!.value}`)).toBe(true);
    expect((await signIn(body.token)).statusCode).toBe(401);
  });

  it('comes with the deletion of its user', async () => {
    const of = api.organization.id;
    await sql`insert into users (organization_id, email, first_name) values (${of}, 'leaver@example.com', 'Leo')`;
    const cookie = await sessionOf(await api.tokenOf('viewer', 'leaver@example.com'));
    expect(await isOver(cookie)).toBe(false);
    await sql`update users set deleted_at = now() where organization_id = ${of} and email = 'leaver@example.com'`;
    expect(await isOver(cookie)).toBe(true);
  });

  it('comes after its time, and the session is then deleted', async () => {
    const [cookie, other] = [await sessionOf(api.organization.token), await sessionOf(api.organization.token)];
    const [row] = await rowsOf(cookie);
    await sql`update sessions set expires_at = now() where id = ${row!.id}`;
    expect(await isOver(cookie)).toBe(true);
    expect(await isOver(other)).toBe(false);
    await purge({ ...api.app.deps, log: { error: (what) => expect(what).toBeUndefined() } });
    expect(await rowsOf(cookie)).toHaveLength(0);
    expect(await rowsOf(other)).toHaveLength(1);
  });
});
