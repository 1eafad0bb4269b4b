import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a stack keeps in its data directory; nothing else there is touched. */
const OURS =
  /^(?:postgres(?:\.unfinished)?|logs|temporal\.db(?:-\w+)?|(?:secrets|stack|processes|demo)\.json(?:\.\d+\.tmp)?)$/;
const DIRECTORY = 0o700;
const FILE = 0o600;
const PERMISSIONS = 0o777;

/**
 * Closes a data directory to all but its owner, with everything of ours in it: passwords, tokens, people. What an earlier
 * version made with wider modes is mended. The directory itself keeps its mode if it holds anything else: it may be a
 * directory of the machine that other users need.
 */
export function closeToOthers(dataDir: string): void {
  const names = readdirSync(dataDir);
  const ours = names.filter((name) => OURS.test(name));
  if (ours.length === names.length) setMode(dataDir, DIRECTORY, lstatSync(dataDir).mode);
  for (const name of ours) close(join(dataDir, name));
}

/** Runs `make`; the files that it makes, and those of a process that it starts, are their owner's alone. */
export function ownerOnly<Made>(make: () => Made): Made {
  const before = process.umask(PERMISSIONS - DIRECTORY);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}

/** Links are left alone: what they lead to may be anything. */
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
