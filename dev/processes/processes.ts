import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pollUntil } from './poll-until.ts';

/** A process, identified so that a later process with the same number is not mistaken for it. */
export type ProcessRef = {
  pid: number;
  /** The start time in the system's own format. It is only compared. */
  identity: string;
};
/** How to end a process: each signal in turn. The next signal is sent if the process still runs after `waitMs`. */
export type StopSteps = { signal: NodeJS.Signals; waitMs: number }[];

/** The process that has this number now. Null if there is none, or if only its exit status is left. */
export function refTo(pid: number): ProcessRef | null {
  const identity = process.platform === 'linux' ? identityOnLinux(pid) : identityFromPs(pid);
  return identity === null ? null : { pid, identity };
}

/** Whether this very process still runs. */
export function isAlive(ref: ProcessRef): boolean {
  return refTo(ref.pid)?.identity === ref.identity;
}

/** The command line of a running process, arguments with spaces between. Empty if there is no such process. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Ends a process and waits until it is gone. A later process with its number is left alone. */
export async function stopProcess(ref: ProcessRef, steps: StopSteps): Promise<void> {
  for (const { signal, waitMs } of steps) {
    sendSignal(ref, signal);
    if (await pollUntil(() => !isAlive(ref), waitMs)) return;
  }
  if (isAlive(ref)) throw new Error(`Process ${ref.pid} does not end, whatever it is sent`);
}

/** Sends a signal if the process still runs. */
export function sendSignal(ref: ProcessRef, signal: NodeJS.Signals): void {
  if (!isAlive(ref)) return;
  try {
    process.kill(ref.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function identityOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name in brackets, may hold spaces. After it come state (field 3) … start time (22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    // Start time counts from the boot, so the boot id stands beside it.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[22 - 3]}`;
  } catch {
    return null;
  }
}

function identityFromPs(pid: number): string | null {
  try {
    const found = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = 'Z', ...started] = found.split(/\s+/);
    return state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
}
