import type { BrowserContext, Page, Request } from 'playwright-core';

/**
 * Watches every page of a context for troubles: errors of the console and of scripts, violations of the content
 * security policy, failed requests. Returns a line for each.
 */
export async function failOnPageErrors(context: BrowserContext): Promise<() => string[]> {
  const troubles: string[] = [];
  const note = (trouble: string): void => void troubles.push(trouble);
  await context.exposeBinding('noteViolation', (_source, text: string) => note(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { noteViolation } = window as unknown as { noteViolation: (text: string) => void };
      noteViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  context.on('page', (page) => watch(page, note));
  return () => troubles;
}

function watch(page: Page, note: (trouble: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      note(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => note(`script: ${error.stack ?? error.message}`));
  page.on('crash', () => note('the page crashed'));
  page.on('requestfailed', (request) => {
    if (!leftBehind(request)) note(`request: ${request.method()} ${request.url()} ${request.failure()?.errorText}`);
  });
}

/** A page that is left or reloaded aborts its requests, and a finished stream is closed. */
const leftBehind = (request: Request): boolean =>
  request.method() === 'GET' && request.failure()?.errorText === 'net::ERR_ABORTED';
