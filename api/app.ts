import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import cookie from '@fastify/cookie';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyInstance } from 'fastify';
import { SecuredResponse } from '../monitoring/security-headers.ts';
import { methodsByAddress } from './allowed-methods.ts';
import { CONCURRENCY_LIMITS, ConcurrencyLimiter } from './concurrent-requests.ts';
import type { AppConfig, AppDeps } from './deps.ts';
import { addDocumentation } from './documentation.ts';
import { endStalledConnections, STALLED_MS } from './end-stalled.ts';
import { idsInUrl } from './logger.ts';
import { answerBrokenRequest, answerError, answerNotFound, overload } from './problems.ts';
import { addressOf, RateLimits } from './rate-limits.ts';
import { attributeRoutes } from './routes/attributes.ts';
import { explanationRoutes } from './routes/explanations.ts';
import { healthRoutes } from './routes/health.ts';
import { limitRoutes } from './routes/limits.ts';
import { massEditRoutes } from './routes/mass-edits/mass-edits.ts';
import { organizationRoutes } from './routes/organizations.ts';
import { segmentRoutes } from './routes/segments.ts';
import { sessionRoutes } from './routes/session.ts';
import { signInLinkRoutes } from './routes/sign-in-links.ts';
import { surveyRoutes } from './routes/surveys.ts';
import { templateRoutes } from './routes/templates.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { userRoutes } from './routes/users.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { serveWeb } from './serve-web.ts';
import { BODY_LIMITS, endSlowRequests } from './slow-bodies.ts';
import { compileValidator } from './validation.ts';

declare module 'fastify' {
  interface FastifyInstance {
    deps: AppDeps;
    rateLimits: RateLimits;
    /**
     * On as soon as the process is asked to stop. Then `/readyz` answers 503, and answers close their connections.
     */
    drain: { isOn: boolean };
  }
}

/** An upload of the largest file on a slow line takes a quarter of an hour. */
const LONGEST_REQUEST_MS = 15 * 60_000;
/** Headers are small: a client that has not sent them in ten seconds will not send them. */
const LONGEST_HEADERS_MS = 10_000;
/** How often the server checks for slow connections. Node's default of 30 s would leave them open too long. */
const LOOK_FOR_SLOW_MS = 5_000;
/**
 * The mean delay of the event loop above which requests are refused. It is a few milliseconds in ordinary work, and
 * some hundred on a machine with ten times the work it can do. Above a second, each request adds to a queue that no
 * client waits for. The mean is over five seconds. Over one second, a single long task such as loading modules would
 * exceed it.
 */
const LATE_MS = 1_000;
const LATE_FOR_MS = 5_000;

/** The output directory of Vite; the image has it at the same place. */
const PAGE_DIR = resolve(import.meta.dirname, '../web/dist');

/** Answered at once and from memory, at any rate of requests. */
const HEALTH = ['/healthz', '/readyz'];

/** The routes that take a token. */
const ROUTES = [
  sessionRoutes,
  signInLinkRoutes,
  massEditRoutes,
  templateRoutes,
  organizationRoutes,
  limitRoutes,
  tokenRoutes,
  attributeRoutes,
  segmentRoutes,
  userRoutes,
  surveyRoutes,
];

/** Builds the API: all routes, their documentation and the refusals. Does not listen: server.ts and tests do. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    ...(deps.logger ? { loggerInstance: deps.logger } : { logger: false }),
    trustProxy: trustedProxies(deps.config.trustProxy),
    requestTimeout: LONGEST_REQUEST_MS,
    clientErrorHandler: answerBrokenRequest,
    // An address that the router cannot look up: the framework would answer it in a format of its own.
    frameworkErrors: answerError,
    http: {
      ServerResponse: SecuredResponse,
      headersTimeout: LONGEST_HEADERS_MS,
      connectionsCheckingInterval: LOOK_FOR_SLOW_MS,
    },
    routerOptions: { ignoreTrailingSlash: true },
    // Unique among all processes, because their logs are collected in one place.
    genReqId: () => randomUUID(),
    childLoggerFactory: (logger, bindings, options, raw) =>
      logger.child({ ...bindings, ...idsInUrl(raw.url) }, options),
  });
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients send a content type without a body, for example when they cancel a mass edit.
    if (body === '') done(null, undefined);
    else parseJson(request, body.toString(), done);
  });
  app.decorate('deps', deps);
  app.decorate('drain', { isOn: false });
  app.decorate('rateLimits', deps.rateLimits ?? new RateLimits({ uploads: deps.config.uploadsAnHour }));
  app.decorate('atOnce', new ConcurrencyLimiter(deps.config.concurrencyLimits ?? CONCURRENCY_LIMITS));
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound(methodsByAddress(app)));
  addSecurityHeaders(app);
  endStalledConnections(app, deps.config.stalledMs ?? STALLED_MS);
  endSlowRequests(app, deps.config.bodies ?? BODY_LIMITS);
  await app.register(cookie);
  app.addHook('onRequest', async (request) => {
    // Routes of the API count by caller, after the caller is known. A health probe has the same address as all other
    // clients of a proxy.
    const { url = '' } = request.routeOptions;
    if (!url.startsWith('/v1/') && !HEALTH.includes(url)) app.rateLimits.count('open', addressOf(request));
  });
  app.addHook('onSend', async (_request, reply) => {
    // A client that keeps its connection would come back to a process that is about to end.
    if (app.drain.isOn) reply.header('connection', 'close');
  });
  const { metrics } = deps;
  if (metrics) app.addHook('onResponse', async (request, reply) => metrics.answered(request, reply));
  await addDocumentation(app);
  await serveWeb(app, deps.pageDir ?? PAGE_DIR);
  await app.register(explanationRoutes);
  await app.register(healthRoutes, deps);
  await app.register(async (api) => {
    // Only for the API routes: health probes, and the page that tells a user about the load, are answered under any
    // load.
    await api.register(underPressure, {
      maxEventLoopDelay: deps.config.lateMs ?? LATE_MS,
      sampleInterval: LATE_FOR_MS,
      // Infinite: nothing was measured, for example after a single long task, which has ended by now.
      pressureHandler: (_request, _reply, _kind, delay) => {
        if (delay !== Number.POSITIVE_INFINITY) throw overload();
      },
    });
    api.addHook('onRoute', (route) => {
      route.handler = app.atOnce.counted(route.handler);
    });
    for (const routes of ROUTES) await api.register(routes, deps);
  });
  await app.ready();
  return app;
}

/**
 * Fastify gets no number: a client that reaches the API past the proxies can send any address. See docs/deployment.md.
 */
const trustedProxies = (proxies: AppConfig['trustProxy']) =>
  typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : (proxies ?? false);
