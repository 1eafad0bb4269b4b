import { describe, expect, it, onTestFinished } from 'vitest';
import { apiLogger } from '../../api/logger.ts';
import { addressOf, RateLimits } from '../../api/rate-limits.ts';
import { type Answer, startApi, type TestApi } from '../support/api.ts';

type Settings = NonNullable<Parameters<typeof startApi>[0]>;
type Asked = { path?: string; method?: 'GET' | 'POST'; headers?: Record<string, string>; from?: string; body?: object };

/** With limits of its own and a stopped clock, so that no count goes down. */
async function apiWith(
  settings: Settings,
  most: ConstructorParameters<typeof RateLimits>[0] = {},
): Promise<TestApi & { ask: (asked: Asked) => Promise<Answer> }> {
  const api = await startApi({ ...settings, rateLimits: new RateLimits(most, () => 0) });
  onTestFinished(() => api.close());
  const ask = async ({ path = 'attributes', method = 'GET', headers = {}, from = '192.0.2.1', body }: Asked) => {
    const url = path.startsWith('/') ? path : `/v1/organizations/${api.organization.id}/${path}`;
    const answer = await api.app.inject({
      method,
      url,
      headers,
      remoteAddress: from,
      ...(body ? { payload: body } : {}),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : null };
  };
  return { ...api, ask };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const cookie = (value: string) => ({ cookie: `mass_edit_session=${value}` });
const times = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a token or a cookie that is not valid', () => {
  it('is refused with 401 twenty times a minute from one address, then with 429 and a growing wait', async () => {
    const api = await apiWith({});
    // Each with another secret, another way to send it and another spelling.
    const wrong = (at: number): Asked =>
      [
        { headers: bearer(`me_${at}`) },
        { headers: { authorization: `bearer   me_${at}` } },
        { headers: cookie(`ms_${at}`) },
        { path: '/v1/session', headers: cookie(`ms_${at}`) },
        { path: '/v1/session', method: 'POST' as const, body: { token: `me_${at}` } },
        { path: '/v1/organizations', method: 'POST' as const, headers: bearer(`operator${at}`) },
      ][at % 6]!;
    for (const at of times(20)) expect([at, (await api.ask(wrong(at))).status]).toEqual([at, 401]);
    const waits: number[] = [];
    for (const at of times(6)) {
      const { status, headers, body } = await api.ask(wrong(at));
      expect([status, body.code, body.limit, body.status]).toEqual([429, 'too_many_requests', 'failures', 429]);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body.detail).toMatch(/^Failed attempts to authenticate from one address are limited to 20 a minute\./);
      expect(Number(headers['retry-after'])).toBe(body.retryAfterS);
      waits.push(body.retryAfterS);
    }
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits.at(-1)).toBeGreaterThan(waits[0]!);

    // Another address is another client. A valid token passes from this address too, and so does a sign-in.
    expect((await api.ask({ headers: bearer('me_0'), from: '192.0.2.2' })).status).toBe(401);
    expect((await api.ask({ headers: bearer(api.organization.token) })).status).toBe(200);
    const signedIn = await api.ask({ path: '/v1/session', method: 'POST', body: { token: api.organization.token } });
    expect(signedIn.status).toBe(200);
    const [session = ''] = String(signedIn.headers['set-cookie']).split(';');
    expect((await api.ask({ headers: { cookie: session } })).status).toBe(200);
    // A request without any token is no guess.
    expect((await api.ask({})).status).toBe(401);
  });

  it('counts IPv6 by its /64', async () => {
    const api = await apiWith({}, { failures: 2 });
    const from = (address: string) => api.ask({ headers: bearer('me_wrong'), from: address });
    expect((await from('2001:db8:1:2::1')).status).toBe(401);
    expect((await from('2001:db8:1:2:ffff::9')).status).toBe(401);
    expect((await from('2001:db8:1:2:3:4:5:6')).status).toBe(429);
    expect((await from('2001:db8:1:3::1')).status).toBe(401);
  });
});

describe('requests of one token', () => {
  it('share one limit, with any spelling of the header, with a made-up cookie, or by session', async () => {
    const api = await apiWith({}, { requests: 6 });
    const { token } = await api.newOrganization();
    const viewer = api.organization.token;
    const signedIn = await api.ask({ path: '/v1/session', method: 'POST', body: { token: viewer } });
    const [session = ''] = String(signedIn.headers['set-cookie']).split(';');
    const spellings = [
      bearer(viewer),
      { authorization: `bearer ${viewer}` },
      { authorization: `BEARER    ${viewer}`, ...cookie('ms_one') },
      { ...bearer(viewer), ...cookie('ms_two') },
      { cookie: session },
    ];
    for (const headers of spellings) expect((await api.ask({ headers })).status).toBe(200);
    for (const headers of spellings) {
      const { status, headers: answered, body } = await api.ask({ headers, from: '192.0.2.77' });
      expect([status, body.code, body.limit]).toEqual([429, 'too_many_requests', 'requests']);
      expect(Number(answered['retry-after'])).toBeGreaterThan(0);
    }
    // A token of another organization has its own limit.
    const other = await api.ask({ headers: bearer(token), path: '/v1/session' });
    expect(other.status).toBe(401);
    expect((await api.ask({ headers: bearer(token) })).status).toBe(404);
  });

  it('count for the organization too, with any of its tokens', async () => {
    const api = await apiWith({}, { organization: 6 });
    const tokens = [api.organization.token, await api.tokenOf('viewer'), await api.tokenOf('viewer')];
    const statuses = [];
    for (const token of [...tokens, ...tokens]) statuses.push((await api.ask({ headers: bearer(token) })).status);
    // Two were spent on the tokens.
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect((await api.ask({ headers: bearer(tokens[0]!) })).body.limit).toBe('organization');
    const neighbour = await api.newOrganization();
    const url = `/v1/organizations/${neighbour.id}/attributes`;
    expect((await api.ask({ path: url, headers: bearer(neighbour.token) })).status).toBe(200);
  });
});

describe('a limit of its own', () => {
  const edit = 'mass-edits/01900000-0000-7000-8000-000000000000';
  it.each([
    ['downloads', 'templates/create-users.csv', 'GET', 200],
    ['downloads', 'templates/edit-users.csv', 'GET', 200],
    ['downloads', `${edit}/error-log.csv`, 'GET', 404],
    ['answers', `${edit}/cancellation`, 'POST', 404],
  ] as const)('have %s, as %s', async (limit, path, method, status) => {
    const api = await apiWith({}, { [limit]: 2 });
    const headers = bearer(api.organization.token);
    for (const _ of times(2)) expect((await api.ask({ path, method, headers })).status).toBe(status);
    const { status: refused, body } = await api.ask({ path, method, headers });
    expect([refused, body.limit]).toEqual([429, limit]);
    expect((await api.ask({ headers })).status).toBe(200);
  });

  it('applies to sign-ins with one token', async () => {
    const api = await apiWith({}, { signIns: 2 });
    const signIn = (token: string) => api.ask({ path: '/v1/session', method: 'POST', body: { token } });
    const statuses = [];
    for (const _ of times(3)) statuses.push((await signIn(api.organization.token)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await signIn(await api.tokenOf('viewer'))).status).toBe(200);
  });

  it('applies to uploads; uploads that are refused before their body do not count', async () => {
    const api = await apiWith({}, { uploads: 1 });
    const headers = { ...bearer(api.organization.token), 'content-type': 'text/csv' };
    const upload = (type: Record<string, string> = {}) =>
      api.app.inject({
        method: 'POST',
        url: `/v1/organizations/${api.organization.id}/mass-edits`,
        headers: { ...headers, ...type },
        payload: '',
      });
    expect((await upload({ 'content-encoding': 'gzip' })).statusCode).toBe(415);
    expect((await upload()).statusCode).toBe(422);
    expect((await upload()).json()).toMatchObject({ status: 429, limit: 'uploads', retryAfterS: 3600 });
  });

  it('applies to pages and requests without a token, and not to health', async () => {
    const api = await apiWith({}, { open: 4 });
    for (const path of ['/openapi.json', '/docs', '/nothing'])
      expect((await api.ask({ path })).status).toBeLessThan(500);
    expect((await api.ask({})).status).toBe(401);
    for (const path of ['/openapi.json', '/', '/assets/nothing.js', '/nothing', 'attributes'])
      expect((await api.ask({ path })).body).toMatchObject({ status: 429, limit: 'open' });
    for (const _ of times(3)) expect((await api.ask({ path: '/healthz' })).status).toBe(200);
    for (const answer of await Promise.all(times(20).map(() => api.ask({ path: '/readyz' }))))
      expect(answer.status).toBe(200);
    expect((await api.ask({ path: '/openapi.json', from: '192.0.2.9' })).status).toBe(200);
  });
});

describe('X-Forwarded-For', () => {
  const wrong = (api: { ask: (asked: Asked) => Promise<Answer> }, forwarded: string, from?: string) =>
    api.ask({ headers: { ...bearer('me_wrong'), 'x-forwarded-for': forwarded }, from });

  it('is not trusted without a trusted proxy', async () => {
    const api = await apiWith({}, { failures: 1 });
    expect((await wrong(api, '198.51.100.1')).status).toBe(401);
    expect((await wrong(api, '198.51.100.2')).status).toBe(429);
  });

  it.each([
    ['by its address', ['10.0.0.0/8']],
    ['by number', 1],
  ])('of a trusted proxy (%s) gives the address of the client, in limits and in the log', async (_how, trustProxy) => {
    const lines: string[] = [];
    const logger = apiLogger('info', { write: (line) => void lines.push(line) });
    const api = await apiWith({ trustProxy, logger }, { failures: 1 });
    const proxy = '10.0.0.5';
    expect((await wrong(api, '198.51.100.1', proxy)).status).toBe(401);
    expect((await wrong(api, '198.51.100.2', proxy)).status).toBe(401);
    // The client's own entry comes before the one that the proxy adds.
    expect((await wrong(api, '203.0.113.7, 198.51.100.2', proxy)).status).toBe(429);
    expect(lines.join('')).toContain('"from":"198.51.100.2"');
    expect(lines.join('')).not.toContain('203.0.113.7');
  });

  it('is not trusted from a client that is no trusted proxy', async () => {
    const api = await apiWith({ trustProxy: ['10.0.0.0/8'] }, { failures: 1 });
    expect((await wrong(api, '198.51.100.1', '192.0.2.1')).status).toBe(401);
    expect((await wrong(api, '198.51.100.2', '192.0.2.1')).status).toBe(429);
  });
});

describe('the count of a limit', () => {
  const outcome = (limits: RateLimits, name: 'requests' | 'failures', key = 'a'): number => {
    try {
      limits.count(name, key);
      return 0;
    } catch (error) {
      return (error as { extra: { retryAfterS: number } }).extra.retryAfterS;
    }
  };

  it('goes down evenly, and not before the announced wait', () => {
    let now = 0;
    const limits = new RateLimits({ requests: 60 }, () => now);
    for (const _ of times(60)) expect(outcome(limits, 'requests')).toBe(0);
    expect(outcome(limits, 'requests')).toBe(1);
    now += 999;
    expect(outcome(limits, 'requests')).toBe(1);
    now += 1;
    expect([outcome(limits, 'requests'), outcome(limits, 'requests')]).toEqual([0, 1]);
    now += 60_000;
    for (const _ of times(60)) expect(outcome(limits, 'requests')).toBe(0);
  });

  it('adds up for failures, to a quarter of an hour at most', () => {
    let now = 0;
    const limits = new RateLimits({}, () => now);
    for (const _ of times(20)) outcome(limits, 'failures');
    expect(times(3).map(() => outcome(limits, 'failures'))).toEqual([3, 6, 9]);
    for (const _ of times(2_000)) outcome(limits, 'failures');
    expect(outcome(limits, 'failures')).toBeLessThanOrEqual(15 * 60 + 3);
    now += 16 * 60_000;
    expect(outcome(limits, 'failures')).toBe(0);
  });

  it('is kept for a number of keys, the latest', () => {
    const limits = new RateLimits({ requests: 1 }, () => 0);
    outcome(limits, 'requests', 'early');
    outcome(limits, 'requests', 'kept');
    for (const at of times(9_998)) outcome(limits, 'requests', `${at}`);
    expect(outcome(limits, 'requests', 'kept')).toBeGreaterThan(0);
    outcome(limits, 'requests', 'one more');
    expect(outcome(limits, 'requests', 'early')).toBe(0);
    expect(outcome(limits, 'requests', 'kept')).toBeGreaterThan(0);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('is counted, for the address %s, by %s', (ip, counted) => {
    expect(addressOf({ ip })).toBe(counted);
  });
});
