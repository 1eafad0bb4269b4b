import type { FastifyInstance } from 'fastify';

/** A client on the worst line takes some bytes in so long; what takes none is a tab that sleeps, or an attack. */
export const STALLED_MS = 30_000;

/**
 * Ends connections whose client takes nothing of an answer that waits for it. Node calls after `connectionTimeout` in which
 * no byte came or went; a request that is still worked on, and a stream without news, have nothing that waits and go on.
 * With the connection the answer ends, and what it reads from is given back.
 */
export function watchForStalled(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, { raw }) => {
    raw.on('timeout', () => {
      if (raw.writableLength > 0) raw.destroy();
    });
  });
}
