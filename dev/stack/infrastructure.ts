import { machine, readConfig } from '../../config.ts';
import type { ProcessContext, SupervisedProcess } from '../processes/supervised-process.ts';
import { reservePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { startTemporal } from './temporal.ts';
import { findTemporalCli } from './temporal-cli.ts';
import { TEMPORAL_DOWNLOADS, temporalCacheDirs } from './temporal-downloads.ts';

type Port = { port: number; given: boolean };
export type InfrastructureInput = {
  dataDir: string;
  databasePassword: string;
  ports?: { database?: Port; temporal?: Port; temporalUi?: Port };
  temporalAddress?: string;
  temporalNamespace?: string;
  throwaway?: boolean;
};

export type Infrastructure = {
  programs: SupervisedProcess[];
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | null;
};

const HOST = '127.0.0.1';
const USUAL = readConfig({}, []);
const USUAL_PORTS = {
  DATABASE_PORT: USUAL.databasePort,
  TEMPORAL_PORT: USUAL.temporalPort,
  TEMPORAL_UI_PORT: USUAL.temporalUiPort,
};

/**
 * Starts PostgreSQL and Temporal in parallel, each on the wanted port or a free one. Throws the first failure, after
 * everything that had started was stopped again.
 */
export async function startInfrastructure(
  input: InfrastructureInput,
  context: ProcessContext,
): Promise<Infrastructure> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(context.signal ? [context.signal] : [])]);
  const starts = [
    startDatabase(input, { ...context, signal }),
    input.temporalAddress === undefined
      ? startTemporalHere(input, { ...context, signal })
      : useTemporal(input.temporalAddress, input.temporalNamespace),
  ] as const;
  // A failure aborts the other start. The error of the first failure is the one to report.
  for (const start of starts) start.catch((error) => failed.abort(error));
  const [database, temporal] = await Promise.allSettled(starts);
  if (database.status === 'fulfilled' && temporal.status === 'fulfilled')
    return {
      programs: [database.value.program, ...temporal.value.programs],
      databaseUrl: database.value.databaseUrl,
      temporalAddress: temporal.value.temporalAddress,
      temporalUiUrl: temporal.value.temporalUiUrl,
    };
  if (database.status === 'fulfilled') await database.value.program.stop();
  if (temporal.status === 'fulfilled') for (const program of temporal.value.programs) await program.stop();
  signal.throwIfAborted();
  throw new Error('PostgreSQL and Temporal did not start');
}

async function startDatabase(input: InfrastructureInput, context: ProcessContext) {
  const port = await requestedPort('DATABASE_PORT', input.ports?.database, context);
  try {
    const { dataDir, databasePassword: password, throwaway = false } = input;
    return await startPostgres({ dataDir, password, throwaway, port: port.port, releasePort: port.release }, context);
  } finally {
    await port.release();
  }
}

async function startTemporalHere(input: InfrastructureInput, context: ProcessContext) {
  const ports = [
    await requestedPort('TEMPORAL_PORT', input.ports?.temporal, context),
    await requestedPort('TEMPORAL_UI_PORT', input.ports?.temporalUi, context),
  ] as const;
  const releasePorts = async () => {
    for (const port of ports) await port.release();
  };
  try {
    const program = await startTemporal(
      {
        dataDir: input.dataDir,
        cli: await findTemporalCli({
          searchPath: machine().searchPath,
          cacheDirs: temporalCacheDirs(),
          downloads: TEMPORAL_DOWNLOADS,
          ...context,
        }),
        port: ports[0].port,
        uiPort: ports[1].port,
        namespace: input.temporalNamespace ?? 'default',
        throwaway: input.throwaway ?? false,
        releasePorts,
      },
      context,
    );
    return {
      programs: [program],
      temporalAddress: `${HOST}:${ports[0].port}`,
      temporalUiUrl: `http://${HOST}:${ports[1].port}`,
    };
  } finally {
    await releasePorts();
  }
}

async function useTemporal(temporalAddress: string, namespace = 'default') {
  await registerSearchAttributes(temporalAddress, namespace);
  return { programs: [], temporalAddress, temporalUiUrl: null };
}

async function requestedPort(name: keyof typeof USUAL_PORTS, wish: Port | undefined, { log }: ProcessContext) {
  const { port, given } = wish ?? { port: USUAL_PORTS[name], given: false };
  const reserved = await reservePort({ name, host: HOST, port, given });
  if (!given && reserved.port !== port) log(`${name} ${port} is taken; it is ${reserved.port} this time`);
  return reserved;
}
