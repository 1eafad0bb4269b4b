import { types } from 'node:util';
import type { LogLevel, LogMetadata, TelemetryOptions } from '@temporalio/worker';
import type { DestinationStream, Logger as JsonLogger } from 'pino';
import { jsonLog } from '../../monitoring/json-log.ts';

/** The levels of the engine's library, by those of pino. */
const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
/** What the library's own core is asked for; it knows nothing above errors. */
const CORE_LEVELS: Record<string, LogLevel> = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARN' };

export type WorkerLog = {
  json: JsonLogger;
  /** For `Runtime.install`: the lines of our code, of the library and of its core all come to one log. */
  runtime: { logger: Record<Lowercase<LogLevel>, Say> & { log: (level: LogLevel, ...said: Parameters<Say>) => void } };
  logging: NonNullable<TelemetryOptions['logging']>;
};
type Say = (message: string, meta?: LogMetadata) => void;

/**
 * The log of the worker: JSON lines, as those of the API. Lines about a mass edit have its id and that of its organization as
 * fields (log-fields.ts and workflows/log-fields.ts say which).
 *
 * @param level as `LOG_LEVEL` has it
 */
export function workerLog(level: string, destination?: DestinationStream): WorkerLog {
  const json = jsonLog(level, destination);
  const say =
    (at: LogLevel): Say =>
    (message, meta = {}) =>
      json[LEVELS[at]](fieldsOf(meta), message);
  const core = CORE_LEVELS[level] ?? 'ERROR';
  return {
    json,
    runtime: {
      logger: {
        trace: say('TRACE'),
        debug: say('DEBUG'),
        info: say('INFO'),
        warn: say('WARN'),
        error: say('ERROR'),
        log: (at, message, meta) => say(at)(message, meta),
      },
    },
    // What the core's own libraries say at `info` is about their inside only.
    logging: { filter: { core, other: core === 'INFO' ? 'WARN' : core }, forward: {} },
  };
}

/**
 * Failures that we made, and all that a workflow throws, say what failed in words without a value of a row. Of other errors only
 * the kind is kept.
 */
function fieldsOf({ error, ...meta }: LogMetadata): object {
  if (!types.isNativeError(error)) return meta;
  const ours = error.name === 'ApplicationFailure' || ('workflowType' in meta && !('activityType' in meta));
  return { ...meta, err: error, ...(ours ? { failure: error.message } : {}) };
}
