import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_TEXTS } from '../../api/problem-texts.ts';
import { CATALOGUE, isFindingCode } from '../../rules/findings/catalogue.ts';
import { describeFinding } from '../../rules/findings/describe-finding.ts';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });
const PROBLEMS = Object.keys(PROBLEM_TEXTS);
const FINDINGS = Object.keys(CATALOGUE).filter(isFindingCode);
const textOf = (html: string): string =>
  html.replaceAll(/<[^>]+>/g, '\n').replaceAll(/&#(\d+);/g, (_, unit) => String.fromCharCode(Number(unit)));

describe('the page of a finding', () => {
  it.each(FINDINGS)('%s says what it means and how to correct it, in English and in Swedish', async (code) => {
    for (const language of ['en', 'sv'] as const) {
      const { statusCode, headers, body } = await get(`/findings/${code}`, { 'accept-language': language });
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-language': language });
      const text = textOf(body);
      const { message, suggestion } = describeFinding(code, {}, null, language);
      expect(text).toContain(code);
      expect(text).toContain(language === 'en' ? CATALOGUE[code].meaning : message);
      expect(text).toContain(suggestion);
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
  });

  it('is in the list of all', async () => {
    const { body } = await get('/findings?language=sv');
    expect([...body.matchAll(/href="\/findings\/(\w+)\?language=sv"/g)].map(([, code]) => code).sort()).toEqual(
      FINDINGS.toSorted(),
    );
    expect(body).toContain('<html lang="sv">');
  });
});

describe('the page of a problem', () => {
  it.each(PROBLEMS)('%s says what it means and what can be done', async (code) => {
    const { statusCode, body } = await get(`/problems/${code}`);
    expect(statusCode).toBe(200);
    const paragraphs = [...body.matchAll(/<h2>[^<]+<\/h2><p>([^<]+)<\/p>/g)].map(([, text]) => text);
    expect(paragraphs).toHaveLength(2);
    for (const text of paragraphs) expect(text).toMatch(/\.$/);
  });

  it('is the type of the problem in every answer', async () => {
    const { body } = await api.request('GET', 'nothing/here');
    expect(body.type).toBe('/problems/not_found');
    expect(textOf((await get(body.type)).body)).toContain(body.title);
    const { body: list } = await get('/problems');
    expect([...list.matchAll(/href="\/problems\/(\w+)"/g)].map(([, code]) => code).sort()).toEqual(PROBLEMS.toSorted());
  });
});

it('a page of explanations runs no script, cannot be framed, and is cached for an hour', async () => {
  for (const url of ['/findings', '/findings/CYCLE', '/problems', '/problems/forbidden']) {
    const { headers, body } = await get(url);
    const style = /<style>(.*)<\/style>/.exec(body)?.[1] ?? '';
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      vary: 'Accept-Language',
    });
  }
});

it.each([
  ['sv, en', 'sv'],
  ['en, sv', 'en'],
  ['de, sv-FI, en-GB', 'sv'],
  ['sv;q=0, de', 'en'],
  ['*', 'en'],
])('Accept-Language %j gives sentences in %s', async (accepted, language) => {
  const { headers } = await get('/findings/CYCLE', { 'accept-language': accepted });
  expect(headers['content-language']).toBe(language);
});

it('a weight in Accept-Language may have capital letters', async () => {
  const { headers } = await get('/findings/CYCLE', { 'accept-language': 'sv;Q=0.1, en;q=0.9' });
  expect(headers['content-language']).toBe('en');
});

it('an unknown code is refused', async () => {
  for (const url of ['/findings/NOTHING', '/problems/nothing', '/findings/constructor', '/problems/__proto__'])
    expect((await get(url)).json()).toMatchObject({ status: 404, code: 'not_found' });
});

it('OpenAPI has the pages, which need no token', async () => {
  const { paths } = (await get('/openapi.json')).json();
  for (const path of ['/findings', '/findings/{code}', '/problems', '/problems/{code}'])
    expect(paths[path].get).toMatchObject({ tags: ['Explanations'], security: [] });
});

describe('an address', () => {
  it('lists its methods if it does not have the requested one', async () => {
    const { status, body } = await api.request('PUT', 'attributes', {});
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(body.detail).toBe('There is nothing for PUT at this address. It takes GET, HEAD, POST.');
  });

  it('without a route points to the documentation', async () => {
    expect((await api.request('DELETE', '/v2')).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('/docs'),
    });
  });
});
