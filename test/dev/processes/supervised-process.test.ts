import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { lockDataDir } from '../../../dev/processes/process-registry.ts';
import { commandOf, isAlive, refTo } from '../../../dev/processes/processes.ts';
import { type ProcessSpec, startProcess } from '../../../dev/processes/supervised-process.ts';
import { WAIT_MS } from '../../support/until.ts';
import { scratchDirectory } from '../scratch-directory.ts';

it('restarts a program that ended by itself, with another process number, and reports it', async () => {
  const { start, said, record } = await directory();
  const onRestart = vi.fn();
  const program = await start({}, onRestart);
  const first = program.pid();
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(onRestart).toHaveBeenCalled(), WAIT_MS);
  expect(program.pid()).not.toBe(first);
  expect(isAlive(refTo(program.pid())!)).toBe(true);
  expect(said[0]).toContain('worker ended by itself (signal SIGKILL)');
  expect(record().programs.worker.pid).toBe(program.pid());
});

it('stops a program for good, even if it ignores the signal', async () => {
  const { start } = await directory();
  const program = await start({ args: ['-e', `process.on('SIGTERM', () => {}); ${READY_AND_STAY}`] });
  const ref = refTo(program.pid())!;
  await program.stop();
  expect(isAlive(ref)).toBe(false);
  await expect(program.stop()).resolves.toBeUndefined();
});

it('reports why a program did not start, with the end of its log', async () => {
  const { start } = await directory();
  const starting = start({
    args: ['-e', 'console.error("no table to sit at"); process.exit(3)'],
    isReady: () => false,
  });
  await expect(starting).rejects.toThrow(/worker ended \(exit code 3\).*no table to sit at/s);
});

it('leaves nothing running if a program is not ready in time', async () => {
  const { start, record } = await directory();
  await expect(start({ isReady: () => false, readyWithinMs: 300 })).rejects.toThrow('worker is not ready after 0.3 s');
  expect(commandOf(record().programs.worker.pid)).toBe('');
});

it('reports that a missing program cannot be started', async () => {
  const { start } = await directory();
  await expect(start({ command: '/nowhere/at-all' })).rejects.toThrow(/worker did not start.*ENOENT/);
});

it('starts nothing once it is cancelled', async () => {
  const { start } = await directory();
  await expect(start({}, undefined, AbortSignal.abort(new Error('called off')))).rejects.toThrow('called off');
});

const READY_AND_STAY = 'console.log("ready"); setInterval(() => {}, 1000)';

/** A claimed data directory in which a small program can be started. */
async function directory() {
  const dataDir = await scratchDirectory();
  const run = await lockDataDir(dataDir);
  const said: string[] = [];
  const logFile = join(dataDir, 'logs', 'worker.log');
  const start = async (changes: Partial<ProcessSpec> = {}, onRestart?: () => void, signal?: AbortSignal) => {
    const program = await startProcess(
      {
        name: 'worker',
        command: process.execPath,
        args: ['-e', READY_AND_STAY],
        logFile,
        stopSteps: [
          { signal: 'SIGTERM', waitMs: 300 },
          { signal: 'SIGKILL', waitMs: WAIT_MS },
        ],
        isReady: () => readFileSync(logFile, 'utf8').includes('ready'),
        readyWithinMs: WAIT_MS,
        ...changes,
      },
      { run, log: (line) => said.push(line), onRestart, signal },
    );
    onTestFinished(() => program.stop());
    return program;
  };
  return { start, said, record: () => JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) };
}
