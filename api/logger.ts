import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeFault } from './problems.ts';

/**
 * The log of the API: JSON lines, one a request and one an answer. No name, email or value of a cell comes into it: of an
 * address only the pattern of its route with the ids of ours, as people are looked for by the rest; and of an error not its
 * message, in which drivers repeat values.
 *
 * @param destination where the lines go; standard output where nothing is said
 */
export function apiLogger(level: string, destination?: DestinationStream): Logger {
  const serializers = {
    req: ({ method, ip, routeOptions, params }: LoggedRequest) => ({
      method,
      path: routeOptions?.url?.replace(PARAMETER, (pattern, name: string) => idOr(pattern, params, name)) ?? null,
      from: ip,
    }),
    err: describeFault,
  };
  const hooks: LoggerOptions['hooks'] = {
    logMethod(given, log) {
      const [first] = given as unknown[];
      const error = errorIn(first);
      // Where nothing else is said, pino takes the error's own message for that of the line.
      if (error) log.apply(this, [{ ...(first === error ? {} : (first as object)), err: error }, saidOf(given, error)]);
      else log.apply(this, given);
    },
  };
  return pino({ level, serializers, hooks }, destination ?? pino.destination(1));
}

/** `routeOptions.url`: the pattern of the route; there is none for an address of nothing. */
type LoggedRequest = { method: string; ip: string; routeOptions?: { url?: string }; params?: unknown };

const PARAMETER = /:(\w+)/g;
/** Ids that leave the service are UUIDs; in the place of one a client can send anything. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
function idOr(pattern: string, params: unknown, name: string): string {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && UUID.test(value) ? value : pattern;
}

function errorIn(given: unknown): Error | undefined {
  if (given instanceof Error) return given;
  const error = typeof given === 'object' && given !== null && 'err' in given ? given.err : undefined;
  return error instanceof Error ? error : undefined;
}

function saidOf([, message]: unknown[], error: Error): string {
  return typeof message === 'string' && message !== error.message ? message : 'an error';
}
