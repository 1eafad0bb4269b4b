import { connect, createServer, type Socket } from 'node:net';
import { expect, inject, it, onTestFinished } from 'vitest';
import { isTemporalReachable } from '../../api/temporal.ts';
import { connectTemporal } from '../../api/temporal-connection.ts';
import { until } from '../support/until.ts';

/** After so many attempts, gRPC's own pauses are above ten seconds. */
const TRIES = 8;
const BACK_WITHIN_MS = 5_000;

it('the API is connected again within 5 s after the engine is back, after any outage', async () => {
  const [host = '', port = ''] = inject('temporalAddress').split(':');
  let isAway = true;
  let tries = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near.on('error', () => {}));
    tries++;
    if (isAway) near.destroy();
    else near.pipe(connect(Number(port), host).on('error', () => near.destroy())).pipe(near);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const temporalAddress = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const engine = connectTemporal({ temporalAddress, temporalNamespace: 'default', given: {} });
  onTestFinished(async () => {
    await engine.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  await until('it was tried often', async () => {
    expect(await isTemporalReachable(engine.temporal)).toBe(false);
    return tries >= TRIES;
  });
  isAway = false;
  const back = performance.now();
  await until('the engine answers', () => isTemporalReachable(engine.temporal));
  const ms = performance.now() - back;
  console.log(`the API was connected ${Math.round(ms)} ms after the engine was back`);
  expect(ms).toBeLessThan(BACK_WITHIN_MS);
});
