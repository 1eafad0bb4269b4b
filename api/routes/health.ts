import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { type Workers, workersOf } from '../../db/mass-edits/workers.ts';
import type { AppDeps } from '../deps.ts';
import { throwProblem } from '../problems.ts';
import { oneOf } from '../schema-parts.ts';
import { isTemporalReachable } from '../temporal.ts';

const Healthy = Type.Object({ status: Type.Literal('ok') });
const lane = () => oneOf(['running', 'none']);
const Ready = Type.Object({
  status: Type.Literal('ok'),
  workers: Type.Object(
    { small: lane(), large: lane() },
    { description: 'Whether a worker of each lane is there. Without one, mass edits are taken in and wait' },
  ),
});

/**
 * For monitoring. `/healthz`: the process answers. `/readyz`: PostgreSQL and Temporal answer too, or 503 with what is
 * down. Neither needs a token.
 *
 * If there is no worker, `/readyz` says so with 200. With 503, a load balancer would remove every API at once, but
 * results, downloads and answers need no worker. An upload without a worker is stored, and starts when a worker is
 * back. `mass_edit_workers` in `/metrics` is for an alert.
 */
export async function healthRoutes(app: FastifyInstance, { db, temporal, config }: AppDeps): Promise<void> {
  // One probe at a time, shared by all requests meanwhile, because any client may ask at any rate.
  let asked: Promise<[Workers | null, boolean]> | null = null;
  const probe = () => {
    asked ??= Promise.all([workersOf(db, config.taskQueue), isTemporalReachable(temporal)]).finally(() => {
      asked = null;
    });
    return asked;
  };
  const options = <Body>(summary: string, body: Body) => ({
    // Probes come every few seconds: two lines for each would be most of a log.
    logLevel: 'warn' as const,
    schema: { tags: ['Health'], summary, security: [], response: { 200: body } },
  });

  app.get('/healthz', options('Whether the process answers', Healthy), async () => ({ status: 'ok' as const }));

  app.get(
    '/readyz',
    options('Whether PostgreSQL and Temporal answer, and which workers are there', Ready),
    async () => {
      if (app.drain.isOn)
        return throwProblem('not_ready', 'This process is about to end.', { down: [], draining: true });
      const [workers, engine] = await probe();
      const down = [...(workers ? [] : ['postgresql']), ...(engine ? [] : ['temporal'])];
      if (!workers || !engine) return throwProblem('not_ready', `Not reachable: ${down.join(', ')}.`, { down });
      const inWords = (count: number) => (count > 0 ? ('running' as const) : ('none' as const));
      return { status: 'ok' as const, workers: { small: inWords(workers.small), large: inWords(workers.large) } };
    },
  );
}
