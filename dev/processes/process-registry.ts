import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pollUntil } from './poll-until.ts';
import { isAlive, type ProcessRef, refTo, type StopSteps, stopProcess } from './processes.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** The programs of the stack in stop order: a program stops before the programs that it uses. */
export const STOP_ORDER = ['api', 'worker', 'large-worker', 'temporal', 'postgres'] as const;
export type ProcessName = (typeof STOP_ORDER)[number];

/** The processes of a data directory, in its `processes.json`. The next start and the watchdog read it. */
type ProcessRegistry = {
  starter: ProcessRef;
  guard: ProcessRef | null;
  stopping: boolean;
  programs: Partial<Record<ProcessName, ProcessRef & { stopSteps: StopSteps }>>;
};

/** The right of one process to run programs on a data directory. */
export type DataDirLock = {
  saveWatchdog: (pid: number) => void;
  /** Call at once after the program was started: a crash would leave an unrecorded program running. */
  saveProcess: (name: ProcessName, pid: number, stopSteps: StopSteps) => void;
  /** From here on another start waits for the end of this one and is not refused. */
  saveStopping: () => void;
  /** Releases the data directory. Everything must be stopped before. */
  release: () => void;
};

/** A starter whose parent was killed needs a second to notice it and to record that it stops. */
const NOTICE_MS = 3_000;
/** Longer than all stop steps together, api to postgres. */
const END_MS = 90_000;
const OWNER_ONLY = 0o600;

/**
 * Claims a data directory. One process at a time holds it. Throws if a stack runs on it, with the process number and
 * address of that stack. If an earlier stack was killed, its processes are stopped first.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const earlier = read(dataDir);
  if (earlier) {
    await waitForEnd(dataDir, earlier.starter);
    // The watchdog of a killed stack is stopping it right now. Two processes that stop it would interfere.
    await pollUntil(() => earlier.guard === null || !isAlive(earlier.guard), END_MS);
    await stopLeftovers(dataDir, earlier.starter);
  }
  const starter = refTo(process.pid);
  if (starter === null) throw new Error('This process cannot find itself in the list of processes');
  const record: ProcessRegistry = { starter, guard: null, stopping: false, programs: {} };
  const write = () => writeFileAtomic(recordPath(dataDir), `${JSON.stringify(record, null, 2)}\n`, OWNER_ONLY);
  write();
  return {
    saveWatchdog: (pid) => {
      record.guard = refTo(pid);
      write();
    },
    saveProcess: (name, pid, stopSteps) => {
      const program = refTo(pid);
      if (program === null) return; // it has already ended
      record.programs[name] = { ...program, stopSteps };
      write();
    },
    saveStopping: () => {
      record.stopping = true;
      write();
    },
    release: () => clear(dataDir),
  };
}

/**
 * Stops, in order, the processes that `starter` left running on the data directory, and clears its record. Does nothing
 * if the record is gone or belongs to another starter.
 */
export async function stopLeftovers(dataDir: string, starter: ProcessRef): Promise<void> {
  const record = read(dataDir);
  if (record === null || !isSame(record.starter, starter)) return;
  for (const name of STOP_ORDER) {
    const program = record.programs[name];
    if (program) await stopProcess(program, program.stopSteps);
  }
  const now = read(dataDir);
  if (now !== null && isSame(now.starter, starter)) clear(dataDir);
}

async function waitForEnd(dataDir: string, starter: ProcessRef): Promise<void> {
  const held = () => {
    const record = read(dataDir);
    return record !== null && isSame(record.starter, starter) && isAlive(starter) ? record : null;
  };
  const gone = () => held() === null;
  const stops = () => held()?.stopping !== false;
  if (starter.pid !== process.pid && (await pollUntil(stops, NOTICE_MS)) && (await pollUntil(gone, END_MS))) return;
  if (gone()) return;
  throw new Error(
    `A stack already runs on ${dataDir}: process ${starter.pid}${addressIn(dataDir)}. ` +
      'Stop it with Ctrl-C where it was started, or give another DATA_DIR to run a second one beside it.',
  );
}

function addressIn(dataDir: string): string {
  try {
    const { apiUrl } = JSON.parse(readFileSync(stackFilePath(dataDir), 'utf8'));
    return typeof apiUrl === 'string' ? `, ${apiUrl}` : '';
  } catch {
    return ''; // not ready yet
  }
}

function read(dataDir: string): ProcessRegistry | null {
  try {
    return JSON.parse(readFileSync(recordPath(dataDir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${recordPath(dataDir)} cannot be read; remove it if nothing runs on it`, { cause: error });
  }
}

function clear(dataDir: string): void {
  rmSync(stackFilePath(dataDir), { force: true });
  rmSync(recordPath(dataDir), { force: true });
}

function isSame(one: ProcessRef, other: ProcessRef): boolean {
  return one.pid === other.pid && one.identity === other.identity;
}

function recordPath(dataDir: string): string {
  return join(dataDir, 'processes.json');
}

/** The description of the running stack for people and programs. It exists only while the stack is ready. */
export function stackFilePath(dataDir: string): string {
  return join(dataDir, 'stack.json');
}
