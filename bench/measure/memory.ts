import { readdirSync, readFileSync } from 'node:fs';

/** Peak mebibytes of a process since it started (VmHWM). */
export const peakOf = (pid: number | null): number => mebibytes(pid, 'VmHWM');

/** Peak mebibytes of a server and its children while `work` runs. Shared memory is counted once. */
export async function peakOfTree<T>(
  pid: number | null,
  work: () => Promise<T>,
): Promise<{ result: T; mebibytes: number }> {
  let most = 0;
  const timer = setInterval(() => {
    const own = childrenOf(pid).reduce((sum, child) => sum + mebibytes(child, 'RssAnon'), mebibytes(pid, 'RssAnon'));
    const shared = Math.max(0, ...childrenOf(pid).map((child) => mebibytes(child, 'RssShmem')));
    most = Math.max(most, own + shared);
  }, SAMPLE_MS);
  try {
    return { result: await work(), mebibytes: Math.round(most) };
  } finally {
    clearInterval(timer);
  }
}

/** A chunk takes some tens of milliseconds. A shorter peak needs no extra memory on the machine. */
const SAMPLE_MS = 100;

function mebibytes(pid: number | null, field: string): number {
  if (pid === null) return 0;
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.round(Number(found?.[1] ?? 0) / 1024);
  } catch {
    return 0; // the process has ended
  }
}

function childrenOf(pid: number | null): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // pid (name) state ppid: a name may hold spaces and brackets, so parse from the last bracket on.
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) === pid) found.push(Number(entry));
    } catch {
      // the process has ended
    }
  }
  return found;
}
