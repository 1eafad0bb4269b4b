import { types } from 'node:util';
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeFault } from './describe-fault.ts';

/**
 * A log of JSON lines. An error is logged by kind and stack only. Its message is left out, because drivers repeat
 * values in it.
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
      // If a line has no text of its own, pino uses the error's message.
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
