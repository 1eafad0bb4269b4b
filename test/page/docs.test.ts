import { expect, it } from 'vitest';
import { useBrowser } from './browser.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

it.each(['/docs', '/docs/'])('the documentation at %s shows routes and calls one, under its policy', async (path) => {
  const organization = await service.newOrganization();
  const { page } = await visit();
  const answer = await page.goto(`${service.api.url}${path}`);
  expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
  const exact = { exact: true };
  await page.getByRole('button', { name: 'Authorize', ...exact }).click();
  await page.getByLabel('auth-bearer-value').fill(organization.token);
  await page.getByLabel('Apply credentials').first().click();
  await page.locator('.close-modal').click();
  const limits = page.locator('.opblock', { hasText: /\{organizationId\}\/limits/ });
  await limits.locator('.opblock-summary-control').click();
  await limits.getByRole('button', { name: 'Try it out' }).click();
  await limits.getByPlaceholder('organizationId').fill(organization.organizationId);
  await limits.getByRole('button', { name: 'Execute' }).click();
  await limits.locator('.live-responses-table').getByText('"maxRows"').waitFor();
  // A form with a body.
  await page.locator('.opblock-post .opblock-summary-control').first().click();
  await page.locator('.opblock-post').first().getByRole('button', { name: 'Try it out' }).click();
});
