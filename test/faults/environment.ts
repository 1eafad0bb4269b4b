import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import postgres from 'postgres';
import { childEnvironment, type SettingName } from '../../config.ts';
import { migrate } from '../../db/migrate.ts';
import { reservePort } from '../../dev/stack/ports.ts';
import { type Stack, startStack } from '../../dev/stack/stack.ts';
import { TASK_QUEUE } from '../../workflows/contract.ts';
import { type Child, startChild } from './children.ts';
import { BUNDLE_EDITS } from './edits.ts';
import { type Line, startProxy } from './proxy.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

/** The whole product with its own servers. Each connection between them goes through a proxy that can break it. */
export type FaultEnvironment = {
  stack: Stack;
  /** A superuser connection without a proxy. It fails while PostgreSQL is down. */
  sql: postgres.Sql;
  temporal: Client;
  /** The URL of the API. */
  url: string;
  api: Child;
  workers: Child[];
  databaseLinks: Line[];
  engineLinks: Line[];
  /** Null if this machine does not allow one. */
  disk: SmallDisk | null;
  /** Called with each failpoint that was hit, and the process that hit it. */
  onHit: Set<(child: Child, spec: string) => void>;
  logFiles: string[];
  stop: () => Promise<void>;
};

/** Outside the port range for outgoing connections: a server must find its port free when it restarts. */
const PORTS = { database: 15_433, temporal: 17_233, temporalUi: 18_233, api: 13_000 };
const READY_WITHIN_MS = 60_000;

export type FaultEnvironmentSettings = {
  mutation?: string;
  failAt?: string;
  withSmallDisk?: boolean;
  say: (line: string) => void;
};

/**
 * Starts everything in a new directory, which `stop` removes. If a part does not start, it throws and leaves nothing.
 */
export async function startFaultEnvironment(settings: FaultEnvironmentSettings): Promise<FaultEnvironment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mass-edit-faults-'));
  await chmod(dataDir, 0o711); // if the run is root, PostgreSQL is not and must enter
  const undo: (() => unknown)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const bundle = await bundleInto(join(dataDir, 'workflow-bundle.js'));
    const stack = await startStack({ dataDir, ports: portsOf(), log: settings.say });
    undo.push(stack.stop);
    const { databaseUrl, secrets } = stack;
    const passwords = { apiPassword: secrets.apiDatabasePassword, workerPassword: secrets.workerDatabasePassword };
    await migrate({ databaseUrl, ...passwords });
    const sql = openDatabase(databaseUrl);
    undo.push(() => sql.end({ timeout: 1 }));
    const connection = Connection.lazy({ address: stack.temporalAddress });
    undo.push(() => connection.close());
    const disk = settings.withSmallDisk ? await smallDisk(join(dataDir, 'small'), sql) : null;
    if (disk) undo.splice(1, 0, disk.remove); // after the server that has tables on it

    const product = await startProduct(stack, { ...settings, bundle, undo });
    const environment = { stack, sql, temporal: new Client({ connection }), disk, ...product, stop };
    const postgresLog = join(dataDir, 'logs', 'postgres.log');
    return { ...environment, logFiles: [...product.logFiles, postgresLog] };
  } catch (error) {
    await stop();
    throw error;
  }
}

const openDatabase = (url: string): postgres.Sql =>
  postgres(url, {
    max: 8,
    onnotice: () => {},
    backoff: () => 0.2, // seconds: as soon as it is back
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });

type Making = { mutation?: string; failAt?: string; bundle: string; undo: (() => unknown)[] };

/** One API and two workers, each with its own proxies to both servers. */
async function startProduct(stack: Stack, { mutation, failAt, bundle, undo }: Making) {
  const onHit: FaultEnvironment['onHit'] = new Set();
  const databaseLinks: Line[] = [];
  const engineLinks: Line[] = [];
  const logFiles: string[] = [];
  await mkdir(join(stack.dataDir, 'logs'), { recursive: true });

  const start = async (name: string, script: string, url: string, more: Partial<Record<SettingName, string>>) => {
    const near = new URL(url);
    const database = await startProxy(Number(near.port), 'postgres');
    const engine = await startProxy(Number(stack.temporalAddress.split(':')[1]), 'other');
    databaseLinks.push(database);
    engineLinks.push(engine);
    undo.push(database.close, engine.close);
    near.port = String(database.port);
    const logFile = join(stack.dataDir, 'logs', `${name}.log`);
    logFiles.push(logFile);
    const set = { DATABASE_URL: near.href, TEMPORAL_ADDRESS: `127.0.0.1:${engine.port}`, ...more };
    // The processes start hundreds of times, so they share the compile cache.
    const NODE_COMPILE_CACHE = join(stack.dataDir, 'compiled');
    const env = {
      ...childEnvironment(set),
      ...{ NODE_COMPILE_CACHE, FAULTS_BUNDLE: bundle, MUTATION: mutation, FAIL_AT: failAt },
    };
    const tellAll = (child: Child, spec: string) => {
      for (const hear of onHit) hear(child, spec);
    };
    const child = startChild({ name, script, env, logFile, onHit: tellAll });
    undo.push(() => child.stop());
    return child;
  };

  const port = await reservePort({ name: 'PORT', host: '127.0.0.1', port: PORTS.api, given: false });
  await port.release();
  const url = `http://127.0.0.1:${port.port}`;
  const apiOnly = {
    OPERATOR_TOKEN: stack.secrets.operatorToken,
    HOST: '127.0.0.1',
    PORT: String(port.port),
    UPLOADS_AN_HOUR: '1000000',
    DRAIN_TIME: '1ms',
  };
  const api = await start('api', 'api/server.ts', stack.apiDatabaseUrl, apiOnly);
  const workers = [];
  for (const name of ['worker-1', 'worker-2'])
    workers.push(await start(name, 'activities/worker.ts', stack.workerDatabaseUrl, {}));
  await ready(url, stack.temporalAddress);
  return { api, workers, databaseLinks, engineLinks, url, onHit, logFiles };
}

const portsOf = () => ({
  database: { port: PORTS.database, given: false },
  temporal: { port: PORTS.temporal, given: false },
  temporalUi: { port: PORTS.temporalUi, given: false },
});

/** The workflows with changed timeouts: a dead worker is detected in seconds. */
async function bundleInto(path: string): Promise<string> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };
  const workflowsPath = resolve(import.meta.dirname, '../../workflows/index.ts');
  let { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  for (const { pattern, to, times } of BUNDLE_EDITS) {
    const found = code.match(pattern)?.length ?? 0;
    if (found !== times) throw new Error(`The bundled workflows have ${found} times, not ${times}: ${pattern}`);
    code = code.replace(pattern, to);
  }
  await writeFile(path, code);
  return path;
}

/** The API answers and a worker polls the engine. */
async function ready(url: string, address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  const isReady = async (): Promise<boolean> => {
    if (!(await fetch(`${url}/readyz`)).ok) return false;
    const { pollers } = await connection.workflowService.describeTaskQueue({
      ...{ namespace: 'default', taskQueue: { name: TASK_QUEUE }, taskQueueType: 2 },
    });
    return (pollers ?? []).length > 0;
  };
  try {
    for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await pause(200))
      if (await isReady().catch(() => false)) return;
    throw new Error(`The product was not ready after ${READY_WITHIN_MS / 1000} s`);
  } finally {
    await connection.close();
  }
}
