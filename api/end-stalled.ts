import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * A client on the worst line reads some bytes in this time. A client that reads none is a sleeping tab or an attack.
 */
export const STALLED_MS = 30_000;
/** Checks in that time: a connection is ended a sixth of it late at most. */
const LOOKS = 6;

/**
 * Ends connections whose client reads none of a waiting answer. A request that is still worked on, and a stream without
 * news, have no waiting bytes and go on. The answer ends with the connection, and its sources are released. Node's
 * socket timeout is not used: it ends a connection after up to two and a half times as long.
 */
export function endStalledConnections(app: FastifyInstance, stalledMs: number): void {
  app.addHook('onRequest', async ({ raw: { socket } }, { raw }) => {
    let taken = '';
    let since = performance.now();
    const timer = setInterval(() => {
      const now = takenOf(socket);
      if (raw.writableLength === 0 || now !== taken) since = performance.now();
      else if (performance.now() - since >= stalledMs) raw.destroy();
      taken = now;
    }, stalledMs / LOOKS).unref();
    raw.once('close', () => clearInterval(timer));
  });
}

/** Changes when the client reads something: a whole write has gone out, or a part of the current one. */
function takenOf(socket: Socket): string {
  const handle: unknown = Reflect.get(socket, '_handle');
  const underWay: unknown = typeof handle === 'object' && handle ? Reflect.get(handle, 'writeQueueSize') : 0;
  return `${socket.bytesWritten - socket.writableLength} ${underWay}`;
}
