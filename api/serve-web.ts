import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { throwProblem } from './problems.ts';
import { pagePolicy } from './security-headers.ts';

/** Addresses that show the page. The page itself chooses the state. */
const PAGE_PATHS = [
  '/',
  '/organizations/:organizationId/mass-edit',
  '/organizations/:organizationId/mass-edit/:massEditId',
];

/** The page may load files of this origin and nothing else: no inline script or style, no frame, no form. */
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
 * Serves the page from the build directory of Vite: `index.html`, which is not cached, and assets, whose names change
 * with their content, cached for a year. Without the directory the API starts all the same, and requests for the page
 * are refused with `page_not_built`.
 */
export async function serveWeb(app: FastifyInstance, pageDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(pageDir, 'assets'),
    prefix: '/assets/',
    index: false,
    maxAge: '1y',
    immutable: true,
    // Compressed files that the build has written beside each file.
    preCompressed: true,
    // If the page is not built, the answer to a request for the page says so.
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
