import { rmSync } from 'node:fs';
import { stopLeftovers } from './process-registry.ts';
import type { ProcessRef } from './processes.ts';

/**
 * Runs beside the process that started the stack and outlives it by a moment. When that process is gone, however it
 * ended (its end of the pipe closes even on SIGKILL), whatever it left running is stopped in order. After a clean end
 * there is nothing left and this ends too.
 *
 * Arguments: data directory, the starter's number and identity, and `keep` or `remove` (tests: the directory with all
 * data goes too, after a clean end as well).
 */
const [dataDir = '', pid = '', identity = '', afterwards = 'keep'] = process.argv.slice(2);
const starter: ProcessRef = { pid: Number(pid), identity };

// Only the pipe speaks to the guard; a Ctrl-C that reaches it is the starter's business.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.on('close', async () => {
  await stopLeftovers(dataDir, starter);
  if (afterwards === 'remove') rmSync(dataDir, { recursive: true, force: true });
});
