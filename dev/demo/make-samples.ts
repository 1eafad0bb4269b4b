import { join } from 'node:path';
import { writeFileAtomic } from '../processes/write-file-atomic.ts';
import { csvText, SAMPLE_HEADERS } from './csv.ts';
import { editedRows } from './edits.ts';
import { demoUsers, rowOf } from './people.ts';

/**
 * The text of both samples by file name, the same on each run. `node dev/demo/make-samples.ts` writes them into
 * samples/. samples/README.md counts their rows and is written by hand.
 */
export function makeSamples(): { 'create-users.csv': string; 'edit-users.csv': string } {
  const users = demoUsers();
  return {
    'create-users.csv': csvText(SAMPLE_HEADERS, users.map(rowOf)),
    'edit-users.csv': csvText(SAMPLE_HEADERS, editedRows(users)),
  };
}

/** The samples hold no private data. */
const READABLE_BY_ALL = 0o644;

if (import.meta.main) {
  for (const [name, text] of Object.entries(makeSamples()))
    writeFileAtomic(join(import.meta.dirname, '../../samples', name), text, READABLE_BY_ALL);
}
