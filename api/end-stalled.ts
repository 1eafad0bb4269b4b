import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A client on the worst line takes some bytes in so long; what takes none is a tab that sleeps, or an attack. */
export const STALLED_MS = 30_000;
/** Looks in that time: a connection is ended a sixth of it late at most. */
const LOOKS = 6;

/**
 * Ends connections whose client takes nothing of an answer that waits for it. A request that is still worked on, and a
 * stream without news, have nothing that waits and go on. With the connection the answer ends, and what it reads from is
 * given back. The timeout of Node's sockets is not used: it ends a connection after up to two and a half times as long.
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

/** Changes whenever the client takes something: a whole write is through, or a part of the one that is under way. */
function takenOf(socket: Socket): string {
  const handle: unknown = Reflect.get(socket, '_handle');
  const underWay: unknown = typeof handle === 'object' && handle ? Reflect.get(handle, 'writeQueueSize') : 0;
  return `${socket.bytesWritten - socket.writableLength} ${underWay}`;
}
