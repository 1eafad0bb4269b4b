import { expect, it } from 'vitest';
import { projectFiles, textOf } from './source-files.ts';

/**
 * Words that make a sentence hard to read, in comments, docs, messages, titles of tests and names. An address does not
 * count, and neither does the system user in dev/stack/postgres-user.ts.
 */
const BANNED =
  /(?<!FALLBACK_USER = ')\b(?:whom|whoever|anew|nobody|somebody|everybody|seldom|in place(?:\s|\*|\/)+of)\b(?!@)/gi;

const READ = /\.(?:ts|tsx|mjs|md|css|html|yml|jsonc)$|^(?:\.ci\/run|Dockerfile|package\.json)$/;

/** This file names the words. */
const NOT_READ = 'test/prose.test.ts';

it('no file has a banned word', () => {
  const files = projectFiles().filter((path) => READ.test(path) && path !== NOT_READ);
  expect(files.flatMap((path) => bannedWords(textOf(path)).map((word) => `${path}: ${word}`))).toEqual([]);
});

it('banned words are found in every case and over two lines, but not in an address', () => {
  expect(bannedWords("// Nobody waits.\nconst text = 'begins anew';\n")).toEqual(['Nobody', 'anew']);
  expect(bannedWords('/** Reads in place\n * of another. */')).toHaveLength(1);
  expect(bannedWords('nobody@example.com startAnew')).toEqual([]);
});

function bannedWords(text: string): string[] {
  return text.match(BANNED) ?? [];
}
