import { expect, it } from 'vitest';
import { projectFiles, textOf } from './source-files.ts';

const FILES = projectFiles();
const FOLDERS = [
  ...new Set(FILES.filter((path) => path.includes('/')).map((path) => path.split('/')[0]?.replace('.', '\\.'))),
];
const NAMED_PATH = new RegExp(
  `(?<![\\w./@-])(?:${FOLDERS.join('|')})/[\\w./-]+\\.(?:ts|tsx|mjs|md|sql|yml|svg|png|csv)\\b`,
  'g',
);
/** The log tells of files that are gone. Released migrations and stored histories cannot change. */
const MAY_NAME_OLD_FILES = /^docs\/log\.md$|^db\/migrations\/|histories\//;

it('each path that docs and comments name is a file of the project', () => {
  const text = FILES.filter((path) => /\.(?:ts|tsx|mjs|yml|jsonc|md)$/.test(path) && !MAY_NAME_OLD_FILES.test(path));
  const missing = text.flatMap((file) =>
    [...textOf(file).matchAll(NAMED_PATH)]
      .filter(([path]) => !FILES.includes(path))
      .map(([path]) => `${file}: ${path}`),
  );
  expect(text.length).toBeGreaterThan(500);
  expect(missing).toEqual([]);
});
