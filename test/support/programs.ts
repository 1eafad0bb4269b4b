import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { childEnvironment, type SettingName } from '../../config.ts';
import { until } from './until.ts';

export type LogLine = {
  level: number;
  msg: string;
  massEditId?: string;
  organizationId?: string;
} & Record<string, unknown>;
export type RunningProgram = {
  child: ChildProcess;
  /** All lines so far. Throws if a line is not JSON. */
  lines: () => LogLine[];
  /** The first line with this text. Waits if there is none yet. */
  line: (msg: string) => Promise<LogLine>;
  /** The address for monitoring; the program needs `MONITOR_PORT`. */
  monitorUrl: () => Promise<string>;
  /** Sends SIGTERM. Returns the milliseconds until the end, and the exit code. */
  terminate: () => Promise<{ ms: number; code: number | null }>;
};

/** Starts a program of the product as a process of its own, as production does. It is killed when the test has finished. */
export function startProgram(
  script: 'api/server.ts' | 'activities/worker.ts',
  settings: Partial<Record<SettingName, string>>,
): RunningProgram {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../..', script)], {
    env: childEnvironment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      said += text.toString();
    });
  }
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = (): LogLine[] =>
    said
      .slice(0, said.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LogLine);
  const line = (msg: string): Promise<LogLine> =>
    until(`${script} says "${msg}"`, async () => {
      if (child.exitCode !== null) throw new Error(`${script} ended:\n${said}`);
      return lines().find((one) => one.msg.startsWith(msg));
    });
  return {
    child,
    lines,
    line,
    monitorUrl: async () => `http://127.0.0.1:${(await line('Monitoring listening')).port}`,
    terminate: async () => {
      const began = performance.now();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await ended;
      return { ms: performance.now() - began, code };
    },
  };
}

/** The address of an API process, once it listens. */
export async function apiUrlOf(api: RunningProgram): Promise<string> {
  const { msg } = await api.line('Server listening');
  return /http:\/\/[\d.:]+/.exec(msg)?.[0] ?? '';
}

/** Waits until a worker process logs that it takes work. */
export async function isReady(program: RunningProgram): Promise<void> {
  const url = await program.monitorUrl();
  await until('the program is ready', async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok);
}
