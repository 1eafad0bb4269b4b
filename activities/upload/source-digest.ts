import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the code is that reads files and compares rows. */
const FOLDERS = ['activities', 'csv', 'db', 'rules'];

const digestOfSources = (): string => {
  const root = resolve(import.meta.dirname, '../..');
  const texts = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:ts|js|sql)$/.test(path))
      .toSorted()
      .map((path) => `${folder}/${path}\n${readFileSync(join(root, folder, path), 'utf8')}`),
  );
  return hash('sha256', texts.join('\n'));
};

/**
 * A digest of this program: what one program has found out of some bytes, another may see differently. Of its source files
 * all count, as nobody would remember to say which of them matter.
 */
export const SOURCE_DIGEST = digestOfSources();
