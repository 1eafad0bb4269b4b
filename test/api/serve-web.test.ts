import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';

const INDEX = '<!doctype html><title>Mass edit users</title>';
const pageDir = mkdtempSync(join(tmpdir(), 'mass-edit-page-'));
let api: TestApi;
beforeAll(async () => {
  mkdirSync(join(pageDir, 'assets'));
  writeFileSync(join(pageDir, 'index.html'), INDEX);
  writeFileSync(join(pageDir, 'assets', 'index-C0ffee.js'), 'export {};');
  writeFileSync(join(pageDir, 'assets', 'index-C0ffee.css'), 'main{}');
  writeFileSync(join(pageDir, 'assets', 'index-C0ffee.css.br'), brotliCompressSync('main{}'));
  writeFileSync(join(pageDir, 'secret.txt'), 'secret');
  api = await startApi({ pageDir });
});
afterAll(async () => {
  await api.close();
  rmSync(pageDir, { recursive: true });
});

const ID = '01900000-0000-7000-8000-000000000000';

describe('the page', () => {
  it.each([
    '/',
    `/organizations/${ID}/mass-edit`,
    `/organizations/${ID}/mass-edit/${ID}`,
    `/organizations/${ID}/mass-edit/`,
  ])('is at %s, and loads only files of the same origin', async (url) => {
    const { statusCode, headers, body } = await api.app.inject(url);
    expect([statusCode, body]).toEqual([200, INDEX]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('is not sent again to a client that has it', async () => {
    const { headers } = await api.app.inject('/');
    const again = await api.app.inject({ url: '/', headers: { 'if-none-match': String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect(again.headers['content-security-policy']).toBe(headers['content-security-policy']);
  });

  it('has assets that are cached for a year, because their names change with their content', async () => {
    for (const [name, type] of [
      ['index-C0ffee.js', 'application/javascript; charset=utf-8'],
      ['index-C0ffee.css', 'text/css; charset=utf-8'],
    ]) {
      const { statusCode, headers } = await api.app.inject(`/assets/${name}`);
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('has compressed assets for clients that accept them', async () => {
    const ask = (name: string) =>
      api.app.inject({ url: `/assets/${name}`, headers: { 'accept-encoding': 'gzip, deflate, br' } });
    const style = await ask('index-C0ffee.css');
    expect(style.rawPayload).toEqual(brotliCompressSync('main{}'));
    expect(style.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: expect.stringMatching(/accept-encoding/i),
    });
    expect((await ask('index-C0ffee.js')).body).toBe('export {};');
  });

  it('leaves every other address to problem+json', async () => {
    const others = [
      '/assets/index-0ther.js',
      '/assets/',
      '/secret.txt',
      '/index.html',
      '/organizations',
      '/favicon.ico',
    ];
    for (const url of [...others, '/assets/%2e%2e/secret.txt', '/assets/..%2fsecret.txt', `/organizations/${ID}`]) {
      const { statusCode, headers, body } = await api.app.inject(url);
      expect([url, statusCode]).toEqual([url, expect.toBeOneOf([400, 404])]);
      expect(headers['content-type'], url).toMatch(/^application\/problem\+json/);
      expect(body).not.toContain('"secret"');
    }
  });

  it('is refused if it is not built, and everything else works', async () => {
    const without = await startApi({ pageDir: join(pageDir, 'nothing') });
    for (const url of ['/', `/organizations/${ID}/mass-edit`]) {
      const { status, body } = await without.request('GET', url, undefined, { token: null });
      expect([status, body.code]).toEqual([503, 'page_not_built']);
      expect(body.detail).toContain('dev/build-web.mjs');
    }
    expect((await without.request('GET', '/healthz')).status).toBe(200);
    expect((await without.request('GET', '/assets/index.js')).status).toBe(404);
    await without.close();
  });
});

describe('the documentation', () => {
  it('has a page with scripts and styles of its own', async () => {
    const { statusCode, headers, body } = await api.app.inject('/docs/');
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
    const parts = [...body.matchAll(/(?:src|href)="\.?\/?(?:docs\/)?(static\/[^"]+)"/g)].map(([, part]) => part);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect([part, (await api.app.inject(`/docs/${part}`)).statusCode]).toEqual([part, 200]);
  });
});
