import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The stack's own files in its data directory. Other files there are not touched. */
const OURS =
  /^(?:postgres(?:\.unfinished)?|logs|temporal\.db(?:-\w+)?|(?:secrets|stack|processes|demo)\.json(?:\.\d+\.tmp)?)$/;
const DIRECTORY = 0o700;
const FILE = 0o600;
const PERMISSIONS = 0o777;

/**
 * Closes a data directory and the stack's files in it to all users but its owner: they hold passwords, tokens and
 * personal data. Wider modes of an earlier version are corrected. The directory itself keeps its mode if it holds
 * anything else: other users of the machine may need it.
 */
export function closeToOthers(dataDir: string): void {
  const names = readdirSync(dataDir);
  const ours = names.filter((name) => OURS.test(name));
  if (ours.length === names.length) setMode(dataDir, DIRECTORY, lstatSync(dataDir).mode);
  for (const name of ours) close(join(dataDir, name));
}

/**
 * Runs `make`. The files that it makes, and the files of a process that it starts, are readable by their owner only.
 */
export function ownerOnly<Made>(make: () => Made): Made {
  const before = process.umask(PERMISSIONS - DIRECTORY);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}

/** Links are skipped: their target may be anything. */
function close(path: string): void {
  const found = lstatSync(path);
  if (found.isDirectory()) {
    setMode(path, DIRECTORY, found.mode);
    for (const name of readdirSync(path)) close(join(path, name));
  } else if (found.isFile()) setMode(path, FILE, found.mode);
}

function setMode(path: string, mode: number, found: number): void {
  if ((found & PERMISSIONS) !== mode) chmodSync(path, mode);
}
