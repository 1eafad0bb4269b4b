import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Fits on a screen and mostly holds the cause. */
const TAIL_LINES = 20;

/** Makes room for a new log. The log of the previous start is kept beside it, older logs are not. */
export function startLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) renameSync(path, path.replace(/(\.log)?$/, '.previous.log'));
}

/** The last lines of a log, or a note that there are none. */
export function tailOf(path: string): string {
  if (!existsSync(path)) return '(nothing written)';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n') || '(nothing written)';
}
