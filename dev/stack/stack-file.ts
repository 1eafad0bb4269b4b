import { join } from 'node:path';
import type { Demo } from '../demo/demo.ts';
import { type ProcessName, stackFilePath } from '../processes/process-registry.ts';
import { writeFileAtomic } from '../processes/write-file-atomic.ts';
import type { Stack } from './stack.ts';

/** The content of `stack.json`; a contract with programs that drive the stack from outside. */
export type StackFile = {
  apiUrl: string;
  /**
   * The page of the demo organization. Without a demo organization it is the address of the API. The page asks there
   * for a token of any organization.
   */
  pageUrl: string;
  /** Null if the Temporal server is not ours. */
  temporalUiUrl: string | null;
  temporalAddress: string;
  /** The superuser's. */
  databaseUrl: string;
  operatorToken: string;
  demo: Demo | null;
  pids: Record<ProcessName, number | null>;
};

/** It holds passwords and tokens. */
const OWNER_ONLY = 0o600;

/**
 * Writes `stack.json`. The file exists only while everything is ready. It is rewritten with the new number of a
 * restarted program.
 */
export function writeStackFile(
  stack: Stack,
  { apiUrl, operatorToken, demo }: Pick<StackFile, 'apiUrl' | 'operatorToken' | 'demo'>,
): StackFile {
  const description: StackFile = {
    apiUrl,
    pageUrl: demo === null ? apiUrl : `${apiUrl}/organizations/${demo.organizationId}/mass-edit`,
    temporalUiUrl: stack.temporalUiUrl,
    temporalAddress: stack.temporalAddress,
    databaseUrl: stack.databaseUrl,
    operatorToken,
    demo,
    pids: {
      api: stack.pid('api'),
      worker: stack.pid('worker'),
      'large-worker': stack.pid('large-worker'),
      temporal: stack.pid('temporal'),
      postgres: stack.pid('postgres'),
    },
  };
  writeFileAtomic(stackFilePath(stack.dataDir), `${JSON.stringify(description, null, 2)}\n`, OWNER_ONLY);
  return description;
}

/** The same for people. */
export function describeStack({
  dataDir,
  signInUrl,
  ...stack
}: StackFile & { dataDir: string; signInUrl: string | null }): string {
  const lines: [string, string | null | undefined][] = [
    ['Page', stack.pageUrl],
    ['Sign in as demo admin', signInUrl],
    ['API docs', `${stack.apiUrl}/docs`],
    ['Temporal UI', stack.temporalUiUrl ?? `of the server at ${stack.temporalAddress}`],
    ['Organization', stack.demo?.organizationId],
    ['Its token', stack.demo?.token],
    ['Operator token', stack.operatorToken],
    ['All of this', join(dataDir, 'stack.json')],
    ['Logs', join(dataDir, 'logs')],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  const rows = lines.filter(([, value]) => value).map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  const once =
    signInUrl === null ? [] : ['The link to sign in works once, within ten minutes. Each start prints a new one.'];
  return ['', 'Mass edit is ready.', '', ...rows, '', ...once, 'Ctrl-C stops all of it; the data stays.'].join('\n');
}
