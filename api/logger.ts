import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeFault } from './problems.ts';

/**
 * The log of the API: JSON lines, one a request and one an answer. No name, email or value of a cell comes into it: of an
 * address the query is left out, which people are looked for by, and of an error its message, in which drivers repeat
 * values.
 *
 * @param destination where the lines go; standard output where nothing is said
 */
export function apiLogger(level: string, destination?: DestinationStream): Logger {
  const serializers = {
    req: (request: { method: string; url: string; ip: string }) => ({
      method: request.method,
      path: request.url.split('?')[0],
      from: request.ip,
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

function errorIn(given: unknown): Error | undefined {
  if (given instanceof Error) return given;
  const error = typeof given === 'object' && given !== null && 'err' in given ? given.err : undefined;
  return error instanceof Error ? error : undefined;
}

function saidOf([, message]: unknown[], error: Error): string {
  return typeof message === 'string' && message !== error.message ? message : 'an error';
}
