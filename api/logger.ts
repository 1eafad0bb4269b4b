import type { DestinationStream, Logger } from 'pino';
import { jsonLog } from '../monitoring/json-log.ts';

/** `routeOptions.url`: the pattern of the route; missing if no route matches. */
type LoggedRequest = { method: string; ip: string; routeOptions?: { url?: string }; params?: unknown };
type LoggedReply = { statusCode: number; request?: LoggedRequest };

/**
 * The log of the API: JSON lines, one for each request and one for each answer. It holds no name, email or cell value.
 * It holds the route's pattern with our ids and not the address, because an address can name users.
 *
 * @param destination where the lines go; standard output by default
 */
export function apiLogger(level: string, destination?: DestinationStream): Logger {
  return jsonLog(level, destination, {
    req: (request: LoggedRequest) => ({ ...addressOf(request), from: request.ip }),
    // Readable without the line of its request.
    res: ({ statusCode, request }: LoggedReply) => ({ statusCode, ...(request ? addressOf(request) : {}) }),
  });
}

const PARAMETER = /:(\w+)/g;
const UUID = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}';
/** Public ids are UUIDs. A client can send anything instead of one. */
const IS_ID = new RegExp(`^${UUID}$`, 'i');

const addressOf = ({ method, routeOptions, params }: LoggedRequest): { method: string; path: string | null } => ({
  method,
  path: routeOptions?.url?.replace(PARAMETER, (pattern, name: string) => idOr(pattern, params, name)) ?? null,
});

function idOr(pattern: string, params: unknown, name: string): string {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && IS_ID.test(value) ? value : pattern;
}

const IDS_IN_URL = new RegExp(`^/v1/organizations/(${UUID})(?:/mass-edits/(${UUID}))?(?![\\da-f-])`, 'i');

/** The organization and the mass edit in an address, as the fields of each log line about them. */
export function idsInUrl(url = ''): { organizationId?: string; massEditId?: string } {
  const [, organizationId, massEditId] = IDS_IN_URL.exec(url) ?? [];
  return {
    ...(organizationId ? { organizationId: organizationId.toLowerCase() } : {}),
    ...(massEditId ? { massEditId: massEditId.toLowerCase() } : {}),
  };
}
