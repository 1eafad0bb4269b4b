import { join } from 'node:path';
import type { Config } from '../config.ts';
import { migrate } from '../db/migrate.ts';
import { LANES } from '../workflows/contract.ts';
import { loadOrCreateDemo } from './demo/load-or-create-demo.ts';
import { signInLink } from './demo/sign-in-link.ts';
import { apiProcess, workerProcess } from './stack/app-processes.ts';
import { reservePort } from './stack/ports.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { type StackFile, writeStackFile } from './stack/stack-file.ts';

export type DevEnvironment = {
  /** The content of `stack.json`. */
  description: StackFile;
  /** Signs the demo administrator in once, within ten minutes; null without a demo organization. */
  signInUrl: string | null;
  stop: Stack['stop'];
  kill: Stack['kill'];
};

/**
 * Starts everything on this machine: the stack, its migrations, worker and API, and on a first start the demo
 * organization. Then it writes `stack.json`. Throws if one of them fails, and leaves nothing running.
 */
export async function startEnvironment(
  config: Config,
  { log, signal }: { log: (line: string) => void; signal?: AbortSignal },
): Promise<DevEnvironment> {
  // This comes first, so that a given port that is taken is reported at once.
  const apiPort = await reservePort({
    name: 'PORT',
    host: config.host,
    port: config.port,
    given: config.given.PORT !== undefined,
  });
  let rewrite = () => {};
  try {
    const stack = await startStack({
      dataDir: config.dataDir,
      ports: {
        database: { port: config.databasePort, given: config.given.DATABASE_PORT !== undefined },
        temporal: { port: config.temporalPort, given: config.given.TEMPORAL_PORT !== undefined },
        temporalUi: { port: config.temporalUiPort, given: config.given.TEMPORAL_UI_PORT !== undefined },
      },
      temporalAddress: config.temporalAddress,
      temporalNamespace: config.temporalNamespace,
      log,
      signal,
      onRestart: () => rewrite(),
    });
    if (apiPort.port !== config.port && config.port !== 0)
      log(`PORT ${config.port} is taken; it is ${apiPort.port} this time`);
    try {
      const apiUrl = urlOf(config.host, apiPort.port);
      const operatorToken = config.given.OPERATOR_TOKEN ?? stack.secrets.operatorToken;
      await migrate({
        databaseUrl: stack.databaseUrl,
        apiPassword: stack.secrets.apiDatabasePassword,
        workerPassword: stack.secrets.workerDatabasePassword,
      });
      signal?.throwIfAborted();
      // Both start at once. Both are awaited even if one fails, so that none is still starting when all is stopped.
      const api = { apiUrl, operatorToken, port: apiPort.port, releasePort: apiPort.release };
      const programs = [...LANES.map((lane) => workerProcess(config, stack, lane)), apiProcess(config, stack, api)];
      const starts = programs.map(stack.add);
      for (const start of await Promise.allSettled(starts)) if (start.status === 'rejected') throw start.reason;
      const demo = await loadOrCreateDemo(join(stack.dataDir, 'demo.json'), {
        create: config.demo,
        apiUrl,
        operatorToken,
        log,
        signal,
      });
      signal?.throwIfAborted();
      const describe = () => writeStackFile(stack, { apiUrl, operatorToken, demo });
      rewrite = describe;
      const description = describe();
      return {
        description,
        signInUrl: demo && (await signInLink(apiUrl, demo, log)),
        stop: () => {
          rewrite = () => {};
          return stack.stop();
        },
        kill: stack.kill,
      };
    } catch (error) {
      await stack.stop();
      throw error;
    }
  } finally {
    await apiPort.release();
  }
}

/** If an API listens on every address, callers use the loopback address. */
function urlOf(host: string, port: number): string {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}`;
}
