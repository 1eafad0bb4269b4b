import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Client } from '@temporalio/client';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Database } from '../db/client.ts';
import { answerError, answerNotFound } from './problems.ts';
import { attributeRoutes } from './routes/attributes.ts';
import { healthRoutes } from './routes/health.ts';
import { limitRoutes } from './routes/limits.ts';
import { massEditRoutes } from './routes/mass-edits.ts';
import { organizationRoutes } from './routes/organizations.ts';
import { segmentRoutes } from './routes/segments.ts';
import { templateRoutes } from './routes/templates.ts';
import { tokenRoutes } from './routes/tokens.ts';

/** The settings that routes need; config.ts has more. */
export type AppConfig = {
  maxBytes: number;
  maxRows: number;
  maxColumns: number;
  maxCellCharacters: number;
  approvalTimeout: string;
  approvalTimeoutMs: number;
  languages: string[];
  taskQueue: string;
  readonly operatorToken: string;
};
export type AppDeps = { db: Database; temporal: Client; config: AppConfig; logger?: FastifyBaseLogger };

declare module 'fastify' {
  interface FastifyInstance {
    deps: AppDeps;
  }
}

/** A slow upload of the largest file on a slow line takes a quarter of an hour. */
const LONGEST_REQUEST_MS = 15 * 60_000;
/** Headers are small: who has not sent them in ten seconds is not going to. */
const LONGEST_HEADERS_MS = 10_000;
/** How often the server looks for connections that are too slow; node's half a minute would let them be. */
const LOOK_FOR_SLOW_MS = 5_000;
/** Requests a minute of one token (or address): far more than a page or a program that polls needs. */
const REQUESTS_A_MINUTE = 3_000;

const ROUTES = [
  healthRoutes,
  massEditRoutes,
  templateRoutes,
  organizationRoutes,
  limitRoutes,
  tokenRoutes,
  attributeRoutes,
  segmentRoutes,
];

/** Builds the API: all routes, their documentation, and how it refuses. It listens to nothing: server.ts and tests do. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    ...(deps.logger ? { loggerInstance: deps.logger } : { logger: false }),
    requestTimeout: LONGEST_REQUEST_MS,
    http: { headersTimeout: LONGEST_HEADERS_MS, connectionsCheckingInterval: LOOK_FOR_SLOW_MS },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true } },
    routerOptions: { ignoreTrailingSlash: true },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.decorate('deps', deps);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  await app.register(rateLimit, {
    max: REQUESTS_A_MINUTE,
    timeWindow: '1 minute',
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mass edit',
        version: '1',
        description:
          'Durable bulk import of users: upload a CSV, see the plan, approve deletions, read what came of it.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  for (const routes of ROUTES) await app.register(routes, deps);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}
