import { expect, it } from 'vitest';
import { describeStack } from '../../../dev/stack/stack-file.ts';

const PAGE = 'http://127.0.0.1:3000/organizations/0190/mass-edit';
const STACK = {
  apiUrl: 'http://127.0.0.1:3000',
  pageUrl: PAGE,
  temporalUiUrl: 'http://127.0.0.1:8233',
  temporalAddress: '127.0.0.1:7233',
  databaseUrl: 'postgresql://127.0.0.1:5433/mass_edit',
  operatorToken: 'operator',
  demo: { organizationId: '0190', token: 'me_secret' },
  pids: { api: 1, worker: 2, 'large-worker': 3, temporal: 4, postgres: 5 },
  dataDir: '.data',
  signInUrl: `${PAGE}#link=ml_code`,
};

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

it('prints the address of the page, and a link that signs the demo administrator in', () => {
  const lines = linesOf(describeStack(STACK));
  expect(lines).toContainEqual(expect.stringMatching(/^Page +\S+$/));
  expect(lines).toContainEqual(expect.stringMatching(/^Sign in as demo admin +\S+#link=ml_code$/));
  expect(lines.find((line) => line.startsWith('Sign in'))).toContain(`${PAGE}#link=`);
  expect(lines).toContain('The link to sign in works once, within ten minutes. Each start prints a new one.');
  expect(lines.join()).not.toContain('#token=');
  expect(lines.find((line) => line.startsWith('Page'))?.endsWith(PAGE)).toBe(true);
});

it('prints the page without a link if there is no demo organization', () => {
  const lines = linesOf(describeStack({ ...STACK, pageUrl: STACK.apiUrl, demo: null, signInUrl: null }));
  expect(lines.filter((line) => /#|works once/.test(line))).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^Page +http:\/\/127\.0\.0\.1:3000$/));
});
