import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Client, clientOf, tokenBy } from '../support/client.ts';
import { timeZone } from '../support/days.ts';
import type { TestApi } from '../support/mass-edit-api.ts';

/** The first admin of every organization in these tests. */
const ADMIN = 'hanna@example.com';

export type Organization = Client & {
  /** The address of the page, or of one mass edit on it. */
  pageUrl: (edit?: { id: string }) => string;
  /** Signs a browser in by a link, as the admin or by another token. */
  open: (page: Page, as?: { token?: string; edit?: { id: string } }) => Promise<void>;
  /** The hash that makes an address of the page a sign-in link, of the admin or of another token. */
  link: (of?: string) => Promise<string>;
  tokenOf: (email: string, role: string) => Promise<string>;
};

/** An organization over HTTP, with the admin Hanna Ek and these people, `name@example.com` each. */
export async function newOrganization(
  api: TestApi,
  users: string[] = [],
  settings: Record<string, unknown> = {},
): Promise<Organization> {
  const admin = { email: ADMIN, firstName: 'Hanna', lastName: 'Ek' };
  const answer = await fetch(`${api.url}/v1/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.config.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Nordic Paper', timeZone: timeZone(), admin, ...settings }),
  });
  expect(answer.status).toBe(201);
  const { id, token } = (await answer.json()) as { id: string; token: string };
  const client = clientOf(api.url, id, token);
  if (users.length > 0) await client.run(fileOf(users));
  const link = async (of = token) => {
    const made = await fetch(`${api.url}/v1/session/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${of}` },
    });
    expect(made.status).toBe(201);
    const { href } = (await made.json()) as { href: string };
    return href.slice(href.indexOf('#'));
  };
  const pageUrl = (edit?: { id: string }) => `${api.url}/organizations/${id}/mass-edit${edit ? `/${edit.id}` : ''}`;
  return {
    ...client,
    pageUrl,
    link,
    open: async (page, as = {}) => {
      await page.goto(`${pageUrl(as.edit)}${await link(as.token)}`);
      await page
        .getByText('Hanna Ek')
        .or(page.getByRole('button', { name: 'Sign out' }))
        .first()
        .waitFor();
    },
    tokenOf: async (userEmail, role) => (await tokenBy(client, userEmail, role)).token,
  };
}

/** A file of people by name, and the values of their cells. */
export const fileOf = (names: string[], department = 'Sales'): string =>
  ['Email;First name;Department', ...names.map((name) => `${name}@example.com;${name};${department}`), ''].join('\n');
