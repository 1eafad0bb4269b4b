import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { throwProblem } from './problems.ts';
import { pagePolicy } from './security-headers.ts';

/** Addresses that show the page: which of its states is the page's own affair. */
const PAGE_PATHS = [
  '/',
  '/organizations/:organizationId/mass-edit',
  '/organizations/:organizationId/mass-edit/:massEditId',
];

/** The page may load what comes from here, and nothing else: no inline script or style, no frame, no form. */
const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': pagePolicy(
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
  ),
};

/**
 * Serves the page from the directory that Vite built it into: `index.html`, asked for anew each time, and assets, whose
 * names change with what is in them, for a year. Without the directory the API starts all the same, and the page is
 * refused by `page_not_built`.
 */
export async function serveWeb(app: FastifyInstance, pageDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(pageDir, 'assets'),
    prefix: '/assets/',
    index: false,
    maxAge: '1y',
    immutable: true,
    // What the build has put beside each file.
    preCompressed: true,
    // Where it is not built: that is said to whoever asks for the page.
    suppressWarning: true,
  });
  for (const path of PAGE_PATHS) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      if (!existsSync(join(pageDir, 'index.html')))
        return throwProblem('page_not_built', 'npm start builds the page, and node dev/build-web.mjs builds it alone.');
      return reply.headers(PAGE_HEADERS).sendFile('index.html', pageDir, { cacheControl: false });
    });
  }
}
