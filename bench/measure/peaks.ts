import { writeFileSync } from 'node:fs';
import { peakOf } from './memory.ts';

export type Peak = { before: number; most: number };

/**
 * Mebibytes of a process before `work`, and its peak while `work` runs. The kernel resets the peak first, so an earlier
 * peak does not count and no short peak is missed.
 */
export async function peakWhile<T>(pid: number | null, work: () => Promise<T>): Promise<Peak & { result: T }> {
  if (pid !== null) writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
  const before = peakOf(pid);
  const result = await work();
  return { before, most: peakOf(pid), result };
}

/** See proc_pid_clear_refs(5). */
const RESET_PEAK = '5';
