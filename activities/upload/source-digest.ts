import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folders with code that reads files and compares rows. */
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
 * A digest of the source files. Another version of the code may read the same bytes differently. All source files
 * count, because a list of the relevant ones would not be kept up to date.
 */
export const SOURCE_DIGEST = digestOfSources();
