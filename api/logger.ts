import type { DestinationStream, Logger } from 'pino';
import { jsonLog } from '../monitoring/json-log.ts';

/** What a line says of an answer: enough to be read without the line of its request. */
type Answered = { statusCode: number; request?: { method: string; url: string } };

const pathOf = (url: string): string | undefined => url.split('?')[0];

/**
 * The log of the API: JSON lines, one a request and one an answer. No name, email or value of a cell comes into it: of an
 * address the query is left out, which people are looked for by.
 *
 * @param destination where the lines go; standard output by default
 */
export function apiLogger(level: string, destination?: DestinationStream): Logger {
  return jsonLog(level, destination, {
    req: (request: { method: string; url: string; ip: string }) => ({
      method: request.method,
      path: pathOf(request.url),
      from: request.ip,
    }),
    res: ({ statusCode, request }: Answered) => ({
      statusCode,
      ...(request ? { method: request.method, path: pathOf(request.url) } : {}),
    }),
  });
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CONCERNS = new RegExp(`^/v1/organizations/(${UUID})(?:/mass-edits/(${UUID}))?(?![0-9a-f-])`, 'i');

/** The organization and the mass edit that an address names, as the fields that each line about them has. */
export function concernedBy(url = ''): { organizationId?: string; massEditId?: string } {
  const [, organizationId, massEditId] = CONCERNS.exec(url) ?? [];
  return {
    ...(organizationId ? { organizationId: organizationId.toLowerCase() } : {}),
    ...(massEditId ? { massEditId: massEditId.toLowerCase() } : {}),
  };
}
