import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { STALLED_MS } from '../../end-stalled.ts';
import { createEventHub } from '../../mass-edits/events/event-hub.ts';
import { openEventStream } from '../../mass-edits/events/event-stream.ts';
import { loadMassEdit, MASS_EDIT_PATH, MassEditParams } from '../../mass-edits/route-params.ts';

/**
 * The progress of a mass edit as server-sent events. The first is `snapshot`, or `heartbeat` if the client has the
 * snapshot by `Last-Event-ID`. Then follow `stage`, `progress` (twice a second at most) and `state`, until the mass edit
 * ends, and a `heartbeat` each 15 s. After the end the answer is 204, on which an EventSource stops. The stream also ends
 * with the session, and when the server stops.
 */
export async function massEditEventRoutes(app: FastifyInstance, { db, config }: AppDeps): Promise<void> {
  const live = createEventHub({ db, log: app.log, stalledMs: config.stalledMs ?? STALLED_MS });
  // Before the server waits for open requests: streams would never end by themselves.
  app.addHook('preClose', async () => live.close());

  app.get<{ Params: Static<typeof MassEditParams> }>(
    `${MASS_EDIT_PATH}/events`,
    {
      onRequest: requireRole('viewer'),
      config: { isStream: true },
      // Only a GET can have the headers of its answer.
      exposeHeadRoute: false,
      schema: {
        tags: ['Mass edits'],
        summary: 'A mass edit while it goes on: snapshot, stage, progress, state and heartbeat, as server-sent events',
        params: MassEditParams,
        response: {
          200: { description: 'A stream that ends with the mass edit', content: { 'text/event-stream': EVENTS } },
          204: Type.Null({ description: 'It has ended' }),
        },
      },
    },
    async (request, reply) => {
      const edit = await loadMassEdit(db, request.params);
      if (edit.state === 'ended') return reply.code(204).send(null);
      const lastEventId = request.headers['last-event-id']?.toString();
      const signIn = request.caller.session?.id ?? request.caller.tokenId;
      live.join(edit, { stream: openEventStream(reply), signIn, lastEventId });
      return reply;
    },
  );
}

const EVENTS = {
  schema: Type.String({
    description:
      '`snapshot` and `state` hold the mass edit, `stage` holds `{stage, stages, counts}`, `progress` holds `{stage}`. ' +
      '`heartbeat` holds `{}` and has no id. It comes each 15 s, and says that the client has all changes until now.',
  }),
};
