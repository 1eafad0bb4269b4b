import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { isReachable } from '../../db/client.ts';
import type { AppDeps } from '../app.ts';
import { engineAnswers } from '../engine.ts';
import { problem } from '../problems.ts';

const Healthy = Type.Object({ status: Type.Literal('ok') });

/**
 * For whoever watches the service. `/healthz`: the process answers. `/readyz`: PostgreSQL and Temporal do too, or 503
 * with what is down. Neither needs a token.
 */
export async function healthRoutes(app: FastifyInstance, { db, temporal }: AppDeps): Promise<void> {
  // One question at a time, which all who ask meanwhile share: anybody may ask as often as they like.
  let asked: Promise<[boolean, boolean]> | null = null;
  const probe = () => {
    asked ??= Promise.all([isReachable(db), engineAnswers(temporal)]).finally(() => {
      asked = null;
    });
    return asked;
  };
  const schema = (summary: string) => ({ tags: ['Health'], summary, security: [], response: { 200: Healthy } });

  app.get('/healthz', { schema: schema('Whether the process answers') }, async () => ({
    status: 'ok' as const,
  }));

  app.get('/readyz', { schema: schema('Whether PostgreSQL and Temporal answer') }, async () => {
    const [database, engine] = await probe();
    const down = [...(database ? [] : ['postgresql']), ...(engine ? [] : ['temporal'])];
    if (down.length > 0) return problem('not_ready', `Not reachable: ${down.join(', ')}.`, { down });
    return { status: 'ok' as const };
  });
}
