import { renameSync, writeFileSync } from 'node:fs';

/**
 * Writes a small file atomically: a reader, or a crash, finds the old text or the new text, never a part. `mode` holds
 * from the first byte on.
 */
export function writeFileAtomic(path: string, text: string, mode: number): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, path);
}
