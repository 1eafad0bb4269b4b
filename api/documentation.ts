import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { ProblemSchema } from './problems.ts';
import { pagePolicy } from './security-headers.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

/**
 * Serves `/openapi.json` (OpenAPI 3.1) and the page `/docs`, from the schemas of the routes. Must be called before the
 * routes are registered. Each route has problem+json as its refusals.
 */
export async function addDocumentation(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mass edit',
        version: '1',
        description:
          'Durable bulk import of users: upload a CSV, see the plan, approve deletions, read what came of it.\n\n' +
          'A list ends its page after `limit` items or 1 MB, and `nextCursor` begins the next one. Names and values in ' +
          'lists are cut at 255 characters. A token may have 8 requests and 6 event streams under way at once, and an ' +
          'organization 20 and 60; more are refused with 429 `too_many_requests`. If the service itself has too much to ' +
          'do, it refuses with 503 `overloaded`. Both say in `Retry-After` when to try again.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE,
            description:
              'Of `POST /v1/session`; without `__Host-` where the host is `localhost`, `127.0.0.1` or `[::1]` and no ' +
              'proxy says that it speaks TLS. With it, whatever is not GET has to carry the header `X-Mass-Edit-Page: 1`',
          },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: ({ schema, url }) => ({ schema: withRefusals(withOptionalDefaults(schema ?? {})), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_POLICY });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/**
 * Swagger UI has its pictures as `data:` and writes one `<style>` element. A test in a browser fails if the hash
 * differs.
 */
const DOCS_POLICY = pagePolicy(
  "script-src 'self'",
  "style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  "connect-src 'self'",
  "img-src 'self' data:",
);

/** A field with a default is optional in the request, though the route always gets it. */
function withOptionalDefaults(schema: FastifySchema): FastifySchema {
  const query = schema.querystring as { required?: string[]; properties?: Record<string, object> } | undefined;
  if (!query?.required) return schema;
  const required = query.required.filter((name) => !('default' in (query.properties?.[name] ?? {})));
  return { ...schema, querystring: { ...query, required } };
}

function withRefusals(schema: FastifySchema): FastifySchema {
  if (schema.hide) return schema;
  const answers = typeof schema.response === 'object' ? schema.response : {};
  return { ...schema, response: { ...answers, default: REFUSAL } };
}

const REFUSAL = {
  description: 'Refused, or failed: RFC 9457 problem details with a stable code',
  content: { 'application/problem+json': { schema: ProblemSchema } },
};
