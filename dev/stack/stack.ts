import { mkdirSync, realpathSync } from 'node:fs';
import { closeToOthers, ownerOnly } from '../processes/owner-only.ts';
import { lockDataDir, type ProcessName, STOP_ORDER } from '../processes/process-registry.ts';
import { startWatchdog } from '../processes/start-watchdog.ts';
import {
  type ProcessContext,
  type ProcessSpec,
  type SupervisedProcess,
  startProcess,
} from '../processes/supervised-process.ts';
import { startInfrastructure } from './infrastructure.ts';
import { loadOrCreateSecrets, type Secrets } from './secrets.ts';

export type StackInput = {
  /**
   * Relative to the working directory, or absolute. It is created if it does not exist. All files in it are closed to
   * other users.
   */
  dataDir: string;
  /** Default: the usual ports or the next free ones. `given`: that port or none. */
  ports?: Partial<Record<'database' | 'temporal' | 'temporalUi', { port: number; given: boolean }>>;
  /** A running Temporal server. If it is given, none is started. */
  temporalAddress?: string;
  temporalNamespace?: string;
  /** For tests: Temporal in memory, PostgreSQL without waiting for the disk, and `dataDir` is removed at the end. */
  throwaway?: boolean;
  log?: (line: string) => void;
  /** Aborts a start that is under way. Programs that have started are stopped. */
  signal?: AbortSignal;
  /** Called when a program ended by itself and was restarted with another number. */
  onRestart?: () => void;
};

export type Stack = {
  /** Absolute, links followed: one directory has one name. */
  dataDir: string;
  secrets: Secrets;
  /** The superuser's. */
  databaseUrl: string;
  /** Of the roles. They exist once the migrations ran with the passwords in `secrets`. */
  apiDatabaseUrl: string;
  workerDatabaseUrl: string;
  temporalAddress: string;
  /** Null if the Temporal server is not ours. */
  temporalUiUrl: string | null;
  /** Starts one more program that is kept running and stopped with the stack. */
  add: (spec: ProcessSpec) => Promise<void>;
  /** Null for a program that is not part of this stack. */
  pid: (name: ProcessName) => number | null;
  /** Stops everything in order and releases the data directory. A second call waits for the first. */
  stop: () => Promise<void>;
  /** Ends everything at once, for a person who does not want to wait. The data survives it. */
  kill: () => void;
};

/**
 * Starts PostgreSQL and Temporal on this machine, with their data in `dataDir`, and keeps them running: a program that
 * ends by itself is restarted. If one cannot be started, throws and leaves nothing running. Two stacks with different
 * data directories run side by side. A second stack on the same directory is refused.
 */
export async function startStack(input: StackInput): Promise<Stack> {
  ownerOnly(() => mkdirSync(input.dataDir, { recursive: true }));
  const dataDir = realpathSync(input.dataDir);
  const { log = () => {}, signal } = input;
  const run = await lockDataDir(dataDir);
  closeToOthers(dataDir);
  const guard = startWatchdog(dataDir, run, { removeData: input.throwaway ?? false });
  const programs = new Map<ProcessName, SupervisedProcess>();
  const context: ProcessContext = { run, log, signal, onRestart: input.onRestart };
  let stopped: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    run.saveStopping();
    for (const name of STOP_ORDER) await programs.get(name)?.stop();
    run.release();
    await guard.end();
  }

  try {
    const secrets = loadOrCreateSecrets(dataDir);
    const servers = await startInfrastructure(
      { ...input, dataDir, databasePassword: secrets.databasePassword },
      context,
    );
    for (const program of servers.programs) programs.set(program.name, program);
    const urlOf = (role: string, password: string) => asRole(servers.databaseUrl, role, password);
    return {
      dataDir,
      secrets,
      databaseUrl: servers.databaseUrl,
      apiDatabaseUrl: urlOf('mass_edit_api', secrets.apiDatabasePassword),
      workerDatabaseUrl: urlOf('mass_edit_worker', secrets.workerDatabasePassword),
      temporalAddress: servers.temporalAddress,
      temporalUiUrl: servers.temporalUiUrl,
      add: async (spec) => {
        programs.set(spec.name, await startProcess(spec, context));
      },
      pid: (name) => programs.get(name)?.pid() ?? null,
      stop: () => {
        stopped ??= stopAll();
        return stopped;
      },
      kill: () => {
        for (const program of programs.values()) program.kill();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function asRole(databaseUrl: string, role: string, password: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
