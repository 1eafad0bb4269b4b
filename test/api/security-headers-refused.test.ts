import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimits } from '../../api/rate-limits.ts';
import { startMonitor } from '../../monitoring/monitor.ts';
import { SECURITY_HEADERS } from '../../monitoring/security-headers.ts';
import { startApi as startInMemory } from '../support/api.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { sendRaw } from '../support/raw-http.ts';
import { unusual } from '../support/security-headers.ts';
import { until } from '../support/until.ts';

const taskQueue = ownQueue('headers-refused');
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue });
});
afterAll(() => api?.close());

describe('a refusal has the security headers', () => {
  it.each([
    ['GET', '/v1/nothing', 404],
    ['PUT', '/v1/session', 404],
    ['OPTIONS', '/v1/session', 404],
    ['PROPFIND', '/v1/session', 404],
    ['GET', '/v1/%zz', 400],
    ['GET', `/v1/organizations/${'x'.repeat(200)}/mass-edits`, 404],
    ['GET', '/findings/NOTHING', 404],
    ['GET', '/problems/nothing', 404],
    ['DELETE', '/', 404],
  ])('%s %s', async (method, path, status) => {
    const answer = await fetch(`${api.url}${path}`, { method });
    expect([answer.status, unusual(answer.headers)]).toEqual([status, {}]);
  });

  it('for a body, for too many requests, and for a page that is not built', async () => {
    const other = await startInMemory({ pageDir: '/nowhere', rateLimits: new RateLimits({ open: 3 }) });
    const statuses: number[] = [];
    for (const [url, payload] of [
      ['/v1/session', 'x'.repeat(5_000)],
      ['/v1/session', '{'],
      ['/', ''],
      ['/', ''],
      ['/docs', ''],
    ] as const) {
      const headers = payload ? { 'content-type': 'application/json' } : {};
      const answer = await other.app.inject({ method: payload ? 'POST' : 'GET', url, payload, headers });
      statuses.push(answer.statusCode);
      const policy = url === '/docs' ? expect.stringContaining("frame-ancestors 'none'") : undefined;
      expect(answer.headers).toMatchObject({
        ...SECURITY_HEADERS,
        ...(policy ? { 'content-security-policy': policy } : {}),
      });
    }
    expect(statuses).toEqual([413, 400, 503, 429, 429]);
    await other.close();
  });
});

describe('an answer to a request that reaches no route has the security headers', () => {
  const post = ['POST /v1/session HTTP/1.1', 'Content-Type: application/json'];
  it.each([
    ['that cannot be parsed', 400, ['NONSENSE'], ''],
    ['with headers that are too large', 431, ['GET /v1/session HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}`], ''],
    ['that breaks off', 400, [...post, 'Content-Length: 99'], '{'],
    // The head ends before the line with the host.
    ['without a host', 400, ['GET /v1/session HTTP/1.1', 'Connection: close', '', ''], ''],
    ['that expects what Node does not know', 417, ['GET /v1/session HTTP/1.1', 'Expect: more'], ''],
  ])('one %s', async (_name, status, head, body) => {
    const ending = body ? 'half' : 'wait';
    const answer = await sendRaw(api.port, { head, body: Buffer.from(body), ending });
    expect(answer.status).toBe(status);
    expectHeaders(answer.head);
  });

  it('while the server closes', async () => {
    const other = await startApi({ taskQueue });
    const socket = connect(other.port, '127.0.0.1');
    socket.write(`${post.join('\r\n')}\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n`);
    await once(other.app.server, 'request');
    const closed = other.close();
    await until('the server takes no more connections', async () => !other.app.server.listening);
    // The rest of the request that holds the server, and the next one on the same connection.
    socket.end('{}GET /v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const second = (await text(socket)).split('HTTP/1.1 503 ')[1] ?? '';
    expectHeaders(second);
    await closed;
  });
});

it('the port for monitoring has the security headers', async () => {
  const ready = async () => ({ ok: false, body: {} });
  const metrics = async () => 'up 1\n';
  const monitor = await startMonitor({ host: '127.0.0.1', port: 0, metrics, ready });
  for (const path of ['/metrics', '/healthz', '/readyz', '/nothing'])
    expect(unusual((await fetch(`http://127.0.0.1:${monitor.port}${path}`)).headers)).toEqual({});
  monitor.close();
});

function expectHeaders(head: string): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(head).toContain(`\r\n${name}: ${value}\r\n`);
}
