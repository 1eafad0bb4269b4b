import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';

// The process has a reconciler.
const database = useOwnDatabase('server_test');
let server: ChildProcess | undefined;

afterEach(() => {
  server?.kill('SIGKILL');
});

describe('the API process', () => {
  it('listens, is ready, and ends on SIGTERM after open requests', async () => {
    const { url, said } = await start();
    const answers = Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/healthz`)));
    const ended = once(server!, 'exit');
    expect((await answers).every((answer) => answer.ok)).toBe(true);
    server!.kill('SIGTERM');
    server!.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(said()).toContain('Server listening');
  });

  it('answers 503 in /readyz before it takes no more requests', async () => {
    const { url } = await start();
    const ended = once(server!, 'exit');
    server!.kill('SIGTERM');
    const draining = await until('it says that it ends', async () => {
      const answer = await fetch(`${url}/readyz`);
      return answer.ok ? null : answer;
    });
    expect(draining.headers.get('connection')).toBe('close');
    expect(await draining.json()).toMatchObject({ status: 503, code: 'not_ready', draining: true });
    // Requests are still answered meanwhile.
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await ended).toEqual([0, null]);
  });

  it('ends at once if its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    run(port);
    const [code] = await once(server!, 'exit');
    expect(code).toBe(1);
    taken.close();
  });
});

function run(port: number): () => string {
  let said = '';
  server = spawn(process.execPath, [resolve(import.meta.dirname, '../../api/server.ts')], {
    env: childEnvironment({
      PORT: String(port),
      DATABASE_URL: database.apiUrl,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      OPERATOR_TOKEN: 'operator',
      // On a slow machine, a clean end may take longer than the usual grace.
      SHUTDOWN_GRACE: '2m',
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server.stdout?.on('data', (text) => {
    said += text;
  });
  return () => said;
}

async function start(): Promise<{ url: string; said: () => string }> {
  const said = run(0);
  const url = await until('the server says its address', async () => /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0]);
  await until('it is ready', async () => (await fetch(`${url}/readyz`)).ok);
  return { url, said };
}
