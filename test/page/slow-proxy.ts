import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type SlowProxy = {
  /** The address of the page through the proxy. */
  url: string;
  /** How a connection is treated after more than this many bytes; `pass` lets everything through. */
  after: (bytes: number, then: 'hold' | 'tear' | 'pass') => void;
  /** From now on, no event arrives; the connections stay open. */
  silenceEvents: () => void;
};

/**
 * A proxy that can be slow, break in the middle of an upload, or hold back events. It stops when the test has finished.
 */
export async function startSlowProxy(port: number): Promise<SlowProxy> {
  let [most, then] = [0, 'pass'];
  let silent = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const service = connect(port, '127.0.0.1');
    let sent = 0;
    let isStream = false;
    client.on('data', (bytes) => {
      sent += bytes.length;
      isStream ||= bytes.includes('/events HTTP/1.1');
      service.write(bytes);
      if (sent <= most) return;
      if (then === 'hold') client.pause();
      if (then === 'tear') client.resetAndDestroy();
    });
    service.on('data', (bytes) => !(silent && isStream) && client.write(bytes));
    service.on('end', () => client.end());
    for (const [socket, other] of [
      [client, service],
      [service, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {}); // it is destroyed on purpose
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    after: (...given) => {
      [most, then] = given;
    },
    silenceEvents: () => {
      silent = true;
    },
  };
}
