import { execFile, spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment } from '../config.ts';
import { projectFiles } from './source-files.ts';
import { until, WAIT_MS } from './support/until.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** It starts four servers and imports two files. */
const READY_WITHIN_MS = 5 * WAIT_MS;

type Stack = {
  apiUrl: string;
  temporalUiUrl: string;
  pids: Record<string, number>;
  demo: { organizationId: string; token: string };
};
type MassEdit = { state: string; outcome: string; counts: object; deletion: object };
/** A mass edit, or a page of them. */
type Answer = MassEdit & { items: MassEdit[] };
let clone: string;
let started: ReturnType<typeof spawn>;
let stack: Stack;
/** The output of `npm start`. */
const said: string[] = [];

describe('the README', () => {
  beforeAll(async () => {
    clone = await copyOfTheProject();
    started = spawn('npm', ['start'], {
      cwd: clone,
      env: childEnvironment({ PORT: '0', DATABASE_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) stream?.on('data', (text) => said.push(String(text)));
    const file = join(clone, '.data', 'stack.json');
    stack = await until(
      'npm start is ready',
      async () => {
        if (started.exitCode !== null) throw new Error(`npm start ended: ${said.join('')}`);
        return read(file);
      },
      READY_WITHIN_MS,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }, READY_WITHIN_MS + WAIT_MS);
  afterAll(async () => {
    const ended = new Promise((resolve) => started.once('exit', resolve));
    started.kill('SIGINT');
    await ended;
    await rm(clone, { recursive: true, force: true });
  });

  it('prints a link that signs in as the admin of the demo, once', async () => {
    const link = await until('the link is printed', async () => /\S+#link=(\S+)/.exec(said.join('')));
    expect(link[0]).toBe(`${stack.apiUrl}/organizations/${stack.demo.organizationId}/mass-edit#link=${link[1]}`);
    const signIn = () =>
      fetch(`${stack.apiUrl}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ link: link[1] }),
      });
    const answer = await signIn();
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { organization: { id: stack.demo.organizationId }, role: 'admin' },
    ]);
    expect((await signIn()).status).toBe(401);
    expect(said.join('')).not.toContain('#token=');
  });

  it('has a demo organization whose users were imported by a mass edit', async () => {
    const { items } = await get('mass-edits');
    expect(items.map((edit) => edit.outcome)).toEqual(['completed', 'completed']);
    expect(items.at(-1)?.counts).toMatchObject({ read: 400, created: 399, updated: 1, segmentsCreated: 27 });
  });

  it('works as written, command by command', async () => {
    const [upload, approve] = await commandsUnder('## Try it as a program');
    expect(await shell(upload!)).toMatch(/^HTTP\/1\.1 202 /);
    const waiting = await until('the gate is open', async () => {
      const latest = await get('mass-edits/latest');
      return latest.state === 'awaiting_approval' && latest;
    });
    expect(waiting.deletion).toMatchObject({ count: 12, ofUsers: 400 });

    await shell(`${upload!.slice(0, upload!.indexOf('# Upload'))}\n${approve}`);
    const ended = await until('it has ended', async () => {
      const latest = await get('mass-edits/latest');
      return latest.state === 'ended' && latest;
    });
    expect(ended).toMatchObject({
      outcome: 'completed_with_errors',
      counts: { created: 8, updated: 25, deleted: 12, refused: 9 },
    });
  });

  it('names the addresses of the documentation and the Temporal UI', async () => {
    for (const url of [`${stack.apiUrl}/docs/`, `${stack.apiUrl}/openapi.json`, stack.temporalUiUrl]) {
      expect((await fetch(url)).ok, url).toBe(true);
    }
  });
});

/** A fresh clone, without another installation: the project's files, and the packages. */
async function copyOfTheProject(): Promise<string> {
  const to = await mkdtemp(join(tmpdir(), 'mass-edit-readme-'));
  for (const file of projectFiles()) await cp(join(ROOT, file), join(to, file), { recursive: true });
  // One link for each package: `npm start` installs again if the packages are not those of the lock file, and then
  // clears the directory.
  const packages = join(to, 'node_modules');
  await mkdir(packages);
  for (const name of await readdir(join(ROOT, 'node_modules')))
    await symlink(join(ROOT, 'node_modules', name), join(packages, name));
  return to;
}

async function read(file: string): Promise<Stack | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function get(path: string): Promise<Answer> {
  const { organizationId, token } = stack.demo;
  const answer = await fetch(`${stack.apiUrl}/v1/organizations/${organizationId}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await answer.json()) as Answer;
}

async function commandsUnder(heading: string): Promise<string[]> {
  const text = await readFile(join(clone, 'README.md'), 'utf8');
  const section = text.slice(text.indexOf(heading)).split(/\n## /)[0] ?? '';
  const under = section.startsWith('## ') ? section : `## ${section}`;
  return [...under.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

async function shell(commands: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `${curl()}\n${commands}`], {
    cwd: clone,
  });
  return stdout;
}

/** The commands of the README need curl. A machine without curl gets a function that does the same with Node. */
function curl(): string {
  if (spawnSync('curl', ['--version']).status === 0) return '';
  return `curl() { '${process.execPath}' '${join(ROOT, 'test', 'support', 'curl.ts')}' "$@"; }`;
}
