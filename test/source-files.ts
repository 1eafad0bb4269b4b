import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '..');

/** Directories that .gitignore names: packages, data, and builds. */
const IGNORED = /(?:^|\/)(?:\.git|node_modules|\.data|dist|coverage)(?:\/|$)/;

/** Paths, from the project's root, of the files that belong to the project: tracked, or new and not ignored. */
export function projectFiles(): string[] {
  // A file that was removed and not yet committed is still listed.
  return [...new Set(listedFiles())].filter((path) => path !== '' && existsSync(join(PROJECT, path))).sort();
}

/** The files as git lists them. A machine without git has no work of its own in the directory, so every file counts. */
function listedFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { error, status, stdout, stderr } = spawnSync('git', args, { cwd: PROJECT, encoding: 'utf8' });
  if (status === 0) return stdout.split('\0');
  if (!error || !('code' in error) || error.code !== 'ENOENT') throw new Error(`git ls-files: ${stderr}`);
  return readdirSync(PROJECT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
    .filter((path) => !IGNORED.test(path));
}

/** The text of one of them. */
export function textOf(path: string): string {
  return readFileSync(join(PROJECT, path), 'utf8');
}

/** `from` as it is written: a path for our own files, a package's name for others. */
export type Import = { from: string; typesOnly: boolean };

/**
 * The imports of a module: `import`, `import type`, `export … from`, and `import('…')` of a literal. Statements in
 * comments are left out. `import { type A }` counts as a value import: Node still loads the file.
 */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const calls = code.matchAll(/\bimport\(\s*'([^']+)'\s*\)(\.\w+)?/g);
  return [
    ...[...statements].map(([, type, from = '']) => ({ from, typesOnly: type !== undefined })),
    ...[...calls].map(([, from = '']) => ({ from, typesOnly: false })),
  ];
}

/** Our file that an import names, from the root; null for a package. */
export function ownFile(importer: string, from: string): string | null {
  return from.startsWith('.') ? normalize(join(dirname(importer), from)) : null;
}

/** Line comments and block comments become blanks; line numbers stay. Comment marks in strings are seen as strings. */
export function withoutComments(source: string): string {
  return source.replace(COMMENTS_AND_STRINGS, (token) => (isComment(token) ? blank(token) : token));
}

/** Text in quotes becomes blanks too. */
export function withoutCommentsAndStrings(source: string): string {
  return source.replace(COMMENTS_AND_STRINGS, blank);
}

const COMMENTS_AND_STRINGS = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

function isComment(token: string): boolean {
  return token.startsWith('//') || token.startsWith('/*');
}

function blank(token: string): string {
  return token.replace(/[^\n]/g, ' ');
}
