import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';

const SECURE = '__Host-mass_edit_session';
const PLAIN = 'mass_edit_session';
const ONE_YEAR = 'max-age=31536000; includeSubDomains';
let api: TestApi;
/** Trusts the proxy in front of it. */
let behind: TestApi;
beforeAll(async () => {
  api = await startApi();
  behind = await startApi({ trustProxy: ['127.0.0.1'] });
});
afterAll(async () => {
  await api.close();
  await behind.close();
});

const ask = (
  at: TestApi,
  method: 'GET' | 'POST' | 'DELETE',
  headers: Record<string, string>,
  more: InjectOptions = {},
) => at.app.inject({ method, url: '/v1/session', headers: { 'x-mass-edit-page': '1', ...headers }, ...more });
const signIn = (at: TestApi, headers: Record<string, string>) =>
  ask(at, 'POST', headers, { payload: { token: at.organization.token } });

describe('the cookie and Strict-Transport-Security', () => {
  const tls = { 'x-forwarded-proto': 'https' };
  const none = { 'x-forwarded-proto': 'http' };
  it.each<[string, () => TestApi, Record<string, string>, string, string | undefined]>([
    ['on this machine', () => api, { host: 'localhost:3000' }, PLAIN, undefined],
    ['on this machine by IPv4', () => api, { host: '127.0.0.1:3000' }, PLAIN, undefined],
    ['on this machine by IPv6', () => api, { host: '[::1]:3000' }, PLAIN, undefined],
    ['at another host', () => api, { host: 'people.example.com' }, SECURE, ONE_YEAR],
    ['at a host with a similar name', () => api, { host: 'localhost.example.com' }, SECURE, ONE_YEAR],
    ['by TLS, as a client says itself', () => api, { host: 'localhost', ...tls }, PLAIN, undefined],
    ['by TLS, as a trusted proxy says', () => behind, { host: '127.0.0.1:3000', ...tls }, SECURE, ONE_YEAR],
    [
      'by TLS to the host that the proxy names',
      () => behind,
      { 'x-forwarded-host': 'a.example.com' },
      SECURE,
      ONE_YEAR,
    ],
    ['without TLS, as a trusted proxy says', () => behind, { host: 'a.example.com', ...none }, SECURE, undefined],
    ['on this machine behind a proxy without TLS', () => behind, { host: 'localhost', ...none }, PLAIN, undefined],
  ])('%s', async (_case, of, headers, name, transport) => {
    const answer = await signIn(of(), headers);
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ name, path: '/', httpOnly: true, sameSite: 'Strict' });
    expect([cookie?.secure === true, cookie?.domain]).toEqual([name === SECURE, undefined]);
    expect(answer.headers['strict-transport-security']).toBe(transport);
    const refused = await ask(of(), 'GET', headers);
    expect([refused.statusCode, refused.headers['strict-transport-security']]).toEqual([401, transport]);
  });
});

describe('a session by TLS', () => {
  const host = 'people.example.com';

  it('has only the name that a browser protects, because another site of the domain can set the other name', async () => {
    const value = (await signIn(api, { host })).cookies[0]?.value;
    expect((await ask(api, 'GET', { host, cookie: `${SECURE}=${value}` })).statusCode).toBe(200);
    expect((await ask(api, 'GET', { host, cookie: `${PLAIN}=${value}` })).statusCode).toBe(401);
    const both = `${PLAIN}=ms_other; ${SECURE}=${value}`;
    expect((await ask(api, 'GET', { host, cookie: both })).statusCode).toBe(200);
    expect((await ask(api, 'GET', { host: 'localhost', cookie: `${SECURE}=${value}` })).statusCode).toBe(401);
  });

  it('ends at sign-out, which deletes the cookie and clears the data in the browser', async () => {
    const value = (await signIn(api, { host })).cookies[0]?.value;
    const cookie = `${SECURE}=${value}`;
    const out = await ask(api, 'DELETE', { host, cookie });
    expect([out.statusCode, out.headers['clear-site-data']]).toEqual([204, '"cache", "storage"']);
    expect(out.cookies).toMatchObject([{ name: SECURE, value: '', maxAge: 0, path: '/', secure: true }]);
    expect((await ask(api, 'GET', { host, cookie })).statusCode).toBe(401);
    const refused = await ask(api, 'DELETE', { host });
    expect([refused.statusCode, refused.headers['clear-site-data']]).toEqual([401, undefined]);
  });
});
