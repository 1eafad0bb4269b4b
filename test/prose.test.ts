import { describe, expect, it } from 'vitest';
import { projectFiles, textOf } from './source-files.ts';

/** Words that make a sentence hard to read, in comments, docs, messages, titles of tests and names. No address counts. */
const BANNED = /\b(?:whom|whoever|anew|nobody|somebody|everybody|seldom|in place(?:\s|\*|\/)+of)\b(?!@)/gi;

const READ = /\.(?:ts|tsx|mjs|md|css|html|yml|jsonc)$|^(?:\.ci\/run|Dockerfile|package\.json)$/;

/** This file names the words, and docs/findings.md is made of the catalogue in rules/. */
const NOT_READ = ['test/prose.test.ts', 'docs/findings.md'];

/** Most banned words in the files of a folder. No number may grow, and no document and no other folder has any. */
const LEFT: Record<string, number> = {
  'dev/stack': 1,
  'test/faults': 1,
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
