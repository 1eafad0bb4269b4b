import { types } from 'node:util';
import type { LogLevel, LogMetadata, TelemetryOptions } from '@temporalio/worker';
import type { DestinationStream, Logger as JsonLogger } from 'pino';
import { jsonLog } from '../../monitoring/json-log.ts';

/** The engine library's log levels, as pino levels. */
const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
/** The log level of the library's core, which has none above errors. */
const CORE_LEVELS: Record<string, LogLevel> = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARN' };

export type WorkerLog = {
  json: JsonLogger;
  /** For `Runtime.install`: the lines of our code, of the library and of its core go to one log. */
  runtime: {
    logger: Record<Lowercase<LogLevel>, WriteLine> & { log: (level: LogLevel, ...line: Parameters<WriteLine>) => void };
  };
  logging: NonNullable<TelemetryOptions['logging']>;
};
type WriteLine = (message: string, meta?: LogMetadata) => void;

/**
 * The log of the worker: JSON lines like those of the API. Lines about a mass edit have its id and the id of its
 * organization as fields; see log-fields.ts and workflows/log-fields.ts.
 *
 * @param level as in `LOG_LEVEL`
 */
export function workerLog(level: string, destination?: DestinationStream): WorkerLog {
  const json = jsonLog(level, destination);
  const lineAt =
    (at: LogLevel): WriteLine =>
    (message, meta = {}) =>
      json[LEVELS[at]](fieldsOf(meta), message);
  const core = CORE_LEVELS[level] ?? 'ERROR';
  return {
    json,
    runtime: {
      logger: {
        trace: lineAt('TRACE'),
        debug: lineAt('DEBUG'),
        info: lineAt('INFO'),
        warn: lineAt('WARN'),
        error: lineAt('ERROR'),
        log: (at, message, meta) => lineAt(at)(message, meta),
      },
    },
    // The core's own libraries log only internals at `info`.
    logging: { filter: { core, other: core === 'INFO' ? 'WARN' : core }, forward: {} },
  };
}

/**
 * Our own failures, and all errors of a workflow, have a message without data of a row. Of other errors only the kind
 * is logged.
 */
function fieldsOf({ error, ...meta }: LogMetadata): object {
  if (!types.isNativeError(error)) return meta;
  const ours = error.name === 'ApplicationFailure' || ('workflowType' in meta && !('activityType' in meta));
  return { ...meta, err: error, ...(ours ? { failure: error.message } : {}) };
}
