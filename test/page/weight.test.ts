import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const BUILT = resolve(import.meta.dirname, '../../web/dist');
const ASSETS = join(BUILT, 'assets');
const INDEX = readFileSync(join(BUILT, 'index.html'), 'utf8');

describe('the page as it is sent', () => {
  it('weighs less than 44 KB, scripts and styles together', () => {
    const names = readdirSync(ASSETS).filter((name) => /\.(?:js|css)$/.test(name));
    expect(names.map((name) => name.split('.').at(-1)).sort()).toEqual(['css', 'js']);
    const bytes = names.map((name) => gzipSync(readFileSync(join(ASSETS, name)), { level: 9 }).length);
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(44 * 1024);
  });

  it('has nothing inline, and requests nothing from other hosts', () => {
    expect(INDEX).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect([...INDEX.matchAll(/<script\b[^>]*>([^<]*)</g)].map(([, text]) => text?.trim())).toEqual(['']);
    const addresses = [...INDEX.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => !address?.startsWith('/assets/'))).toEqual([]);
  });

  it('shows its subject before the API has answered', () => {
    expect(INDEX).toMatch(/<h1>Mass edit users<\/h1>/);
  });
});
