import { createServer, type ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { SecuredResponse } from './security-headers.ts';

export type MonitorInput = {
  host: string;
  /** 0 is any free port. */
  port: number;
  /** The text of `/metrics`, in the format of Prometheus. */
  metrics: () => Promise<string>;
  /** Whether the process can do its work, with the answer of `/readyz`. */
  ready: () => Promise<{ ok: boolean; body: object }>;
};
export type Monitor = { port: number; close: () => void };

/** The format of Prometheus, in the version that all scrapers read. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Listens for monitoring, on a port that no client of the service reaches: `/metrics`, `/healthz` (the process answers)
 * and `/readyz` (it can do its work, or 503).
 *
 * @throws if the port is taken
 */
export async function startMonitor({ host, port, metrics, ready }: MonitorInput): Promise<Monitor> {
  const server = createServer({ ServerResponse: SecuredResponse }, (request, response) => {
    // Each request has a connection of its own: a kept connection may be closed just as the next request is sent.
    response.setHeader('connection', 'close');
    answer(request.url?.split('?')[0] ?? '', response).catch(() => {
      send(response, constants.HTTP_STATUS_INTERNAL_SERVER_ERROR, { status: 'failed' });
    });
  });
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/metrics') response.writeHead(200, { 'content-type': METRICS_TYPE }).end(await metrics());
    else if (path === '/healthz') send(response, constants.HTTP_STATUS_OK, { status: 'ok' });
    else if (path === '/readyz') {
      const { ok, body } = await ready();
      send(response, ok ? constants.HTTP_STATUS_OK : constants.HTTP_STATUS_SERVICE_UNAVAILABLE, body);
    } else send(response, constants.HTTP_STATUS_NOT_FOUND, { status: 'not found' });
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
