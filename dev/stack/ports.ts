import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port as it was asked for. `given`: the administrator set this number, so another port would be a surprise. */
export type PortRequest = { name: string; port: number; host: string; given: boolean };
/** A reserved port. It is released right before its program starts. */
export type ReservedPort = { port: number; release: () => Promise<void> };

/** Far more stacks than one machine runs side by side. */
const PLACES_TO_LOOK = 200;

/**
 * Reserves a port. If a default port is taken, the next free port above it is used. It is above, because the system
 * gives other free ports to outgoing connections, which could take the port while a program restarts. Throws if a given
 * port is taken. A given 0 means any free port.
 */
export async function reservePort(request: PortRequest): Promise<ReservedPort> {
  for (let port = request.port; port < request.port + PLACES_TO_LOOK; port += 1) {
    const server = await listen(port, request.host);
    if (server) return { port: portOf(server), release: () => close(server) };
    if (request.given)
      throw new Error(
        `${request.name} ${port} is taken on ${request.host} by another program. ` +
          `Stop that one, give another number, or leave ${request.name} away and a free one is chosen.`,
      );
  }
  throw new Error(`${request.name}: no port from ${request.port} to ${request.port + PLACES_TO_LOOK - 1} is free`);
}

/** Null if the port is taken. A connection to a reserved port is closed at once. */
async function listen(port: number, host: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  server.listen({ port, host });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    // EACCES: a port that only root may use. It counts as taken.
    if (['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new Error(`Nothing can listen on ${host}:${port}: ${(error as Error).message}`, { cause: error });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
