import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The Python of a virtual environment with the packages of `bench/contenders/django/requirements.txt`. It is installed
 * once for each set of versions, below the system's temporary directory. An interrupted installation is repeated.
 */
export async function pythonWithDjango(): Promise<string> {
  const requirements = join(import.meta.dirname, 'django', 'requirements.txt');
  const versions = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16);
  const directory = join(tmpdir(), `mass-edit-bench-django-${versions}`);
  await ownDirectory(directory);
  const python = join(directory, 'bin', 'python');
  const complete = join(directory, 'complete');
  if (await isThere(complete)) return python;
  await run('python3', ['-m', 'venv', '--clear', directory]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  await writeFile(complete, '');
  return python;
}

const run = promisify(execFile);

/** Other users may write into the directory above. Their files under this name must not run. */
async function ownDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await stat(directory)).uid !== process.getuid?.()) throw new Error(`${directory} belongs to another user`);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
