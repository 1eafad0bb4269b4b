import { createServer, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { reservePort } from '../../../dev/stack/ports.ts';

const HOST = '127.0.0.1';
const wish = (port: number, given: boolean) => ({ name: 'PORT', port, host: HOST, given });

it('reserves a port until it releases it', async () => {
  const held = await reservePort(wish(0, true));
  await expect(reservePort(wish(held.port, true))).rejects.toThrow('taken');
  await held.release();
  const again = await reservePort(wish(held.port, true));
  expect(again.port).toBe(held.port);
  await again.release();
});

it('moves from a default port that is taken to the next free one above it', async () => {
  const taken = await listening();
  const held = await reservePort(wish(taken, false));
  expect(held.port).toBeGreaterThan(taken);
  await held.release();
});

it('refuses a given port that is taken, and names the setting and a remedy', async () => {
  const taken = await listening();
  await expect(reservePort(wish(taken, true))).rejects.toThrow(
    `PORT ${taken} is taken on ${HOST} by another program. Stop that one, give another number, or leave PORT away`,
  );
});

it('can release a port twice', async () => {
  const held = await reservePort(wish(0, true));
  await held.release();
  await expect(held.release()).resolves.toBeUndefined();
});

it('reports an address that is not of this machine', async () => {
  await expect(reservePort({ ...wish(0, true), host: '192.0.2.1' })).rejects.toThrow('Nothing can listen on 192.0.2.1');
});

async function listening(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: HOST }, resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as { port: number }).port;
}
