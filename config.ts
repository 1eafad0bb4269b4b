import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { LANES, type Lane, TASK_QUEUE } from './workflows/contract.ts';

export type Setting = {
  /** The name in the environment; the flag is the same in small letters with hyphens: `DATA_DIR` is `--data-dir`. */
  name: string;
  /** The value if the setting is not given. If null, the code that needs the setting throws. */
  default: string | null;
  meaning: string;
};

/** All settings. README and the compose file are checked against this list. */
export const SETTINGS = [
  { name: 'PORT', default: '3000', meaning: 'Port of the API and the page; 0 is any free one' },
  { name: 'HOST', default: '127.0.0.1', meaning: 'Address that the API listens on' },
  { name: 'DATA_DIR', default: '.data', meaning: 'Where the embedded stack keeps its data' },
  { name: 'TEMPORAL_PORT', default: '7233', meaning: 'Port of the embedded Temporal server' },
  { name: 'TEMPORAL_UI_PORT', default: '8233', meaning: 'Port of the Temporal UI' },
  // Not 5432: a developer's machine often has a PostgreSQL of its own on it.
  { name: 'DATABASE_PORT', default: '5433', meaning: 'Port of the embedded PostgreSQL' },
  { name: 'APPROVAL_TIMEOUT', default: '24h', meaning: 'How long a mass edit waits for a person before it expires' },
  { name: 'DEMO', default: 'true', meaning: 'Whether the first start creates the demo organization' },
  { name: 'MAX_BYTES', default: String(256 * 1024 * 1024), meaning: 'Largest file, in bytes' },
  { name: 'MAX_ROWS', default: '1000000', meaning: 'Most rows in a file' },
  { name: 'MAX_COLUMNS', default: '500', meaning: 'Most columns in a file' },
  { name: 'MAX_CELL_CHARACTERS', default: '10000', meaning: 'Most characters in a cell of any kind' },
  { name: 'UPLOADS_AN_HOUR', default: '300', meaning: 'Most uploads of one organization in an hour' },
  {
    name: 'TRUST_PROXY',
    default: 'off',
    meaning: 'Proxies whose X-Forwarded-For is believed: off, how many, or their addresses',
  },
  { name: 'LANGUAGES', default: 'en,sv,da,nb,fi,de,fr,es,it,nl,pl,pt', meaning: 'Languages a user may have' },
  { name: 'DATABASE_URL', default: null, meaning: 'PostgreSQL, with the role of the process that connects' },
  { name: 'API_DATABASE_PASSWORD', default: null, meaning: 'Password of the role mass_edit_api, set by the migration' },
  { name: 'WORKER_DATABASE_PASSWORD', default: null, meaning: 'Password of mass_edit_worker, set by the migration' },
  {
    name: 'OPERATOR_TOKEN',
    default: null,
    meaning: 'Bearer token that may create organizations, and tokens for their users',
  },
  { name: 'TASK_QUEUE', default: TASK_QUEUE, meaning: 'Temporal task queue that api and worker share' },
  {
    name: 'WORKER_LANE',
    default: 'all',
    meaning: 'Whose stages a worker runs: those of small files, large ones or all',
  },
  { name: 'WORKER_LARGE_STAGES', default: '2', meaning: 'Stages of large files that a worker runs at a time' },
  { name: 'TEMPORAL_ADDRESS', default: null, meaning: 'Temporal server to use; `npm start` then starts none' },
  { name: 'TEMPORAL_NAMESPACE', default: 'default', meaning: 'Temporal namespace' },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent' },
  { name: 'SHUTDOWN_GRACE', default: '10s', meaning: 'How long a process that stops lets its work finish' },
  {
    name: 'DRAIN_TIME',
    default: '3s',
    meaning: 'How long an API that stops says so in /readyz before it takes no more requests; part of SHUTDOWN_GRACE',
  },
  {
    name: 'MONITOR_PORT',
    default: null,
    meaning: 'Port of /metrics, /healthz and /readyz for monitoring, of api and worker; without it there is none',
  },
] as const satisfies readonly Setting[];
export type SettingName = (typeof SETTINGS)[number]['name'];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LAST_PORT = 65_535;

export type Config = {
  port: number;
  host: string;
  dataDir: string;
  temporalPort: number;
  temporalUiPort: number;
  databasePort: number;
  /** As written, for display: `24h`. */
  approvalTimeout: string;
  approvalTimeoutMs: number;
  demo: boolean;
  maxBytes: number;
  maxRows: number;
  maxColumns: number;
  maxCellCharacters: number;
  uploadsAnHour: number;
  /** The number of proxies in front, or their addresses and networks; undefined: X-Forwarded-For is not trusted. */
  trustProxy: number | string[] | undefined;
  languages: string[];
  taskQueue: string;
  lanes: readonly Lane[];
  largeStages: number;
  temporalAddress: string | undefined;
  temporalNamespace: string;
  logLevel: (typeof LOG_LEVELS)[number];
  shutdownGraceMs: number;
  drainMs: number;
  /** Undefined: no port for monitoring. */
  monitorPort: number | undefined;
  /** The settings that were given, as written. A port that is not in here may move to a free one. */
  given: Partial<Record<SettingName, string>>;
  /** These four have no default. Reading one that is not set throws. They are left out of JSON and of spreads. */
  readonly databaseUrl: string;
  readonly apiDatabasePassword: string;
  readonly workerDatabasePassword: string;
  readonly operatorToken: string;
};

type Environment = Record<string, string | undefined>;

/**
 * Reads all settings: flags (`--port 3001`, `--port=3001`) first, then the environment, then the defaults. An empty
 * value counts as not given, because compose files write it so. Throws an Error with the name of the setting, the given
 * value and the expected one. No other code of the project reads the environment.
 */
export function readConfig(env: Environment = process.env, argv: string[] = process.argv.slice(2)): Config {
  const given = { ...fromEnvironment(env), ...fromFlags(argv) };
  const text = (name: SettingName) => given[name] ?? SETTINGS.find((setting) => setting.name === name)?.default ?? '';
  const port = (name: SettingName) => wholeNumber(name, text(name), 0, LAST_PORT);
  const limit = (name: SettingName) => wholeNumber(name, text(name), 1, Number.MAX_SAFE_INTEGER);
  const needed = (name: SettingName) => given[name] ?? refuse(name, '', 'a value: this process cannot run without it');

  const config: Config = {
    port: port('PORT'),
    host: text('HOST'),
    dataDir: text('DATA_DIR'),
    temporalPort: port('TEMPORAL_PORT'),
    temporalUiPort: port('TEMPORAL_UI_PORT'),
    databasePort: port('DATABASE_PORT'),
    approvalTimeout: text('APPROVAL_TIMEOUT'),
    approvalTimeoutMs: milliseconds('APPROVAL_TIMEOUT', text('APPROVAL_TIMEOUT')),
    demo: oneOf('DEMO', text('DEMO'), ['true', 'false']) === 'true',
    maxBytes: limit('MAX_BYTES'),
    maxRows: limit('MAX_ROWS'),
    maxColumns: limit('MAX_COLUMNS'),
    maxCellCharacters: limit('MAX_CELL_CHARACTERS'),
    uploadsAnHour: limit('UPLOADS_AN_HOUR'),
    trustProxy: proxies(text('TRUST_PROXY')),
    languages: languages(text('LANGUAGES')),
    taskQueue: text('TASK_QUEUE'),
    lanes: lanes(oneOf('WORKER_LANE', text('WORKER_LANE'), [...LANES, 'all'])),
    largeStages: limit('WORKER_LARGE_STAGES'),
    temporalAddress: given.TEMPORAL_ADDRESS,
    temporalNamespace: text('TEMPORAL_NAMESPACE'),
    logLevel: oneOf('LOG_LEVEL', text('LOG_LEVEL'), LOG_LEVELS),
    shutdownGraceMs: milliseconds('SHUTDOWN_GRACE', text('SHUTDOWN_GRACE')),
    drainMs: milliseconds('DRAIN_TIME', text('DRAIN_TIME')),
    monitorPort: given.MONITOR_PORT === undefined ? undefined : port('MONITOR_PORT'),
    given,
    get databaseUrl() {
      return needed('DATABASE_URL');
    },
    get apiDatabasePassword() {
      return needed('API_DATABASE_PASSWORD');
    },
    get workerDatabasePassword() {
      return needed('WORKER_DATABASE_PASSWORD');
    },
    get operatorToken() {
      return needed('OPERATOR_TOKEN');
    },
  };
  // Not enumerable, so that a configuration that is logged shows no secret.
  for (const key of ['given', 'databaseUrl', 'apiDatabasePassword', 'workerDatabasePassword', 'operatorToken'] as const)
    Object.defineProperty(config, key, { enumerable: false });
  return config;
}

/** The environment of a child process: that of this process, then `settings` on top. */
export function childEnvironment(
  settings: Partial<Record<SettingName, string>>,
  env: Environment = process.env,
): Environment {
  return { ...env, ...settings };
}

/**
 * The environment variables of the machine that the embedded stack reads beside the settings. They name the program
 * that called it, and the directories of programs and caches.
 */
export function machine(env: Environment = process.env): {
  searchPath: string;
  cacheHome: string | undefined;
  calledByNpm: boolean;
} {
  return {
    searchPath: env.PATH ?? '',
    cacheHome: env.XDG_CACHE_HOME || undefined,
    calledByNpm: env.npm_lifecycle_event !== undefined,
  };
}

function fromEnvironment(env: Environment): Partial<Record<SettingName, string>> {
  const found: Partial<Record<SettingName, string>> = {};
  for (const { name } of SETTINGS) if (env[name]) found[name] = env[name];
  return found;
}

function fromFlags(argv: string[]): Partial<Record<SettingName, string>> {
  const options = Object.fromEntries(SETTINGS.map(({ name }) => [flagOf(name), { type: 'string' as const }]));
  const found: Partial<Record<SettingName, string>> = {};
  const { values } = parse(argv, options);
  for (const { name } of SETTINGS) {
    const value = values[flagOf(name)];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return found;
}

function parse(args: string[], options: Record<string, { type: 'string' }>) {
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    const known = Object.keys(options).map((flag) => `--${flag}`);
    throw new Error(`${(cause as Error).message}\nThe flags are ${known.join(', ')}, each with a value.`, { cause });
  }
}

function flagOf(name: SettingName): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function wholeNumber(name: SettingName, value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  return refuse(name, value, `a whole number from ${least} to ${most}`);
}

function milliseconds(name: SettingName, value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) ?? [];
  const total = amount && unit ? Math.round(Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS]) : 0;
  if (total > 0) return total;
  return refuse(name, value, 'a duration such as 500ms, 90s, 5m, 24h or 2d');
}

function oneOf<const Value extends string>(name: SettingName, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value.toLowerCase());
  return found ?? refuse(name, value, `one of ${allowed.join(', ')}`);
}

const lanes = (lane: Lane | 'all'): readonly Lane[] => (lane === 'all' ? LANES : [lane]);

function languages(value: string): string[] {
  const codes = value.split(',').map((code) => code.trim());
  if (codes.every((code) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(code))) return [...new Set(codes)];
  return refuse('LANGUAGES', value, 'language codes with commas between them, such as en,sv,pt-BR');
}

/** The names of networks that Fastify knows, beside addresses. */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
/** A longer chain of proxies is a mistake in the setting. */
const MOST_PROXIES = 10;

function proxies(value: string): number | string[] | undefined {
  if (value.toLowerCase() === 'off') return undefined;
  if (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= MOST_PROXIES) return Number(value);
  const listed = value.split(',').map((one) => one.trim());
  if (listed.every((one) => NAMED_NETWORKS.includes(one) || isNetwork(one))) return listed;
  return refuse(
    'TRUST_PROXY',
    value,
    `off, a number of proxies from 1 to ${MOST_PROXIES}, or addresses and networks with commas between them, such as 10.0.0.5,172.16.0.0/12`,
  );
}

/** Whether a text is an address, or a network with its prefix length. A length of 0 would match all addresses. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits);
  return isIP(address) !== 0 && isPrefix && rest.length === 0;
}

/** Passwords and tokens are never repeated in a message, because it may be logged. */
function refuse(name: SettingName, value: string, expected: string): never {
  const shown = value === '' ? 'is not set' : `is "${value}"`;
  throw new Error(`${name} (--${flagOf(name)}) ${shown}; expected ${expected}.`);
}
