import { rmSync } from 'node:fs';
import { stopLeftovers } from './process-registry.ts';
import type { ProcessRef } from './processes.ts';

/**
 * Runs beside the process that started the stack, and ends a moment after it. When that process is gone, the watchdog
 * stops its remaining processes in order. The pipe closes at any end of that process, even on SIGKILL. After a clean
 * end nothing remains, and the watchdog only ends.
 *
 * Arguments: data directory, the starter's number and identity, and `keep` or `remove` (tests: the directory with all
 * data is removed too, after a clean end as well).
 */
const [dataDir = '', pid = '', identity = '', afterwards = 'keep'] = process.argv.slice(2);
const starter: ProcessRef = { pid: Number(pid), identity };

// Only the pipe controls the watchdog. The starter handles Ctrl-C.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.on('close', async () => {
  await stopLeftovers(dataDir, starter);
  if (afterwards === 'remove') rmSync(dataDir, { recursive: true, force: true });
});
