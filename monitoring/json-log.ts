import { types } from 'node:util';
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeFault } from './describe-fault.ts';

/**
 * A log of JSON lines. Of an error only the kind and the stack come into a line, not the message, in which drivers repeat
 * values.
 *
 * @param destination where the lines go; standard output by default
 */
export function jsonLog(
  level: string,
  destination?: DestinationStream,
  serializers: LoggerOptions['serializers'] = {},
): Logger {
  const hooks: LoggerOptions['hooks'] = {
    logMethod(given, log) {
      const [first] = given as unknown[];
      const error = errorIn(first);
      // If a line has no text of its own, pino takes the error's own message for it.
      if (error) log.apply(this, [{ ...(first === error ? {} : (first as object)), err: error }, saidOf(given, error)]);
      else log.apply(this, given);
    },
  };
  return pino(
    { level, serializers: { ...serializers, err: describeFault }, hooks },
    destination ?? pino.destination(1),
  );
}

function errorIn(given: unknown): Error | undefined {
  if (types.isNativeError(given)) return given;
  const error = typeof given === 'object' && given !== null && 'err' in given ? given.err : undefined;
  return types.isNativeError(error) ? error : undefined;
}

function saidOf([, message]: unknown[], error: Error): string {
  return typeof message === 'string' && message !== error.message ? message : 'an error';
}
