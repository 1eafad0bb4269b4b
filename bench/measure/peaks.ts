import { writeFileSync } from 'node:fs';
import { peakOf } from './memory.ts';

export type Peak = { before: number; most: number };

/**
 * Mebibytes that a process has before `work` and at most while it runs. The kernel is told to count anew, so nothing is
 * missed between two looks, and an earlier peak does not hide this one.
 */
export async function peakWhile<T>(pid: number | null, work: () => Promise<T>): Promise<Peak & { result: T }> {
  if (pid !== null) writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
  const before = peakOf(pid);
  const result = await work();
  return { before, most: peakOf(pid), result };
}

/** As proc_pid_clear_refs(5) has it. */
const RESET_PEAK = '5';
