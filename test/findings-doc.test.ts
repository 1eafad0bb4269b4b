import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFindingsDoc } from '../dev/docs/make-findings-doc.ts';
import { CATALOGUE } from '../rules/findings/catalogue.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/findings.md'), 'utf8');
const codes = Object.keys(CATALOGUE);

it('docs/findings.md is up to date with the catalogue (`npm run docs`)', () => {
  expect(page).toBe(makeFindingsDoc());
});

it('docs/findings.md has every code once, at the target of the index and of a link', () => {
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
  expect(headings.toSorted()).toEqual(codes.toSorted());
  for (const code of codes) expect(page).toContain(`[${code}](#${code.toLowerCase()})`);
});

it('docs/findings.md has whole sentences for every code', () => {
  for (const entry of page.split(/^### /m).slice(1)) {
    const [code = '', , meaning = '', , ...lines] = entry.split('\n');
    expect(meaning, code).toMatch(/\.$/);
    const said = lines.filter((line) => /^- (?!Example)/.test(line));
    expect(said.length, code).toBeGreaterThanOrEqual(2);
    for (const line of said) expect(line, code).toMatch(/^- [A-Z][a-z ]*: .+[.?]$/);
    expect(entry, code).not.toMatch(/undefined|null|NaN|not shown|Example: *$/m);
  }
});
