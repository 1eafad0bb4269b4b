import { describe, expect, it } from 'vitest';
import { projectFiles, textOf } from './source-files.ts';

/** Words that make a sentence hard to read, in comments, docs, messages, titles of tests and names. No address counts. */
const BANNED = /\b(?:whom|whoever|anew|nobody|somebody|everybody|seldom|in place(?:\s|\*|\/)+of)\b(?!@)/gi;

const READ = /\.(?:ts|tsx|mjs|md|css|html|yml|jsonc)$|^(?:\.ci\/run|Dockerfile|package\.json)$/;

/** This file names the words, and docs/findings.md is made of the catalogue in rules/. */
const NOT_READ = ['test/prose.test.ts', 'docs/findings.md'];

/** Most banned words in the files of a folder. No number may grow, and no document and no other folder has any. */
const LEFT: Record<string, number> = {
  api: 7,
  'api/mass-edits': 9,
  'api/mass-edits/events': 10,
  'api/mass-edits/json': 3,
  'api/mass-edits/upload': 4,
  'api/routes': 3,
  'api/routes/mass-edits': 2,
  'api/users': 5,
  bench: 8,
  'bench/contenders': 11,
  'bench/measure': 4,
  'bench/product': 3,
  'bench/workload': 13,
  dev: 2,
  'dev/demo': 23,
  'dev/docs': 4,
  'dev/processes': 4,
  'dev/stack': 14,
  'rules/findings': 39,
  'rules/hierarchy': 9,
  'rules/rows': 33,
  test: 6,
  'test/api': 37,
  'test/bench': 2,
  'test/bench/contenders': 2,
  'test/bench/workload': 1,
  'test/csv': 1,
  'test/dev/stack': 2,
  'test/findings': 10,
  'test/journeys': 36,
  'test/page': 17,
  'test/rules/hierarchy': 7,
  'test/rules/rows': 15,
  'test/situations': 14,
  'test/support': 10,
  web: 6,
  'web/components': 18,
  'web/hooks': 4,
  'web/messages': 11,
  'web/state': 2,
};

describe('prose', () => {
  it('has no banned word, except as many as a folder still has', () => {
    const over = Object.entries(wordsByPlace()).filter(([place, words]) => words.length > (LEFT[place] ?? 0));
    expect(Object.fromEntries(over)).toEqual({});
  });

  it('finds the words in every case and over two lines, but not in an address', () => {
    expect(bannedWords("// Nobody waits.\nconst text = 'begins anew';\n")).toEqual(['Nobody', 'anew']);
    expect(bannedWords('/** Reads in place\n * of another. */')).toHaveLength(1);
    expect(bannedWords('nobody@example.com startAnew')).toEqual([]);
  });
});

/** `path: word` of each banned word, by the place where it counts. */
function wordsByPlace(): Record<string, string[]> {
  const places: Record<string, string[]> = {};
  for (const path of projectFiles().filter((path) => READ.test(path) && !NOT_READ.includes(path))) {
    const place = placeOf(path);
    places[place] = [...(places[place] ?? []), ...bannedWords(textOf(path)).map((word) => `${path}: ${word}`)];
  }
  return places;
}

/** A folder of code counts as one place, a document by itself. */
function placeOf(path: string): string {
  return path.endsWith('.md') || !path.includes('/') ? path : path.slice(0, path.lastIndexOf('/'));
}

function bannedWords(text: string): string[] {
  return text.match(BANNED) ?? [];
}
