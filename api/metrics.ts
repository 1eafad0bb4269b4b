import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import { openMassEditStats } from '../db/mass-edits/reconcile.ts';
import { workersOf } from '../db/mass-edits/workers.ts';
import { withTimeout } from '../db/with-timeout.ts';
import { processMetrics } from '../monitoring/metrics.ts';
import { LANES, type State } from '../workflows/contract.ts';
import { isTemporalReachable, type TemporalDeps } from './temporal.ts';

export type ApiMetrics = {
  /** Counts an answer by its route. The number of addresses is unlimited. */
  answered: (request: FastifyRequest, reply: FastifyReply) => void;
  /** The text of `/metrics`. */
  text: () => Promise<string>;
};

/** A scraper waits ten seconds by default. Numbers that PostgreSQL has not given by then are left out. */
const ASK_WITHIN_MS = 2_000;
const OPEN_STATES: State[] = ['validating', 'awaiting_approval', 'applying'];

/**
 * The metrics of an API process. Those of mass edits and workers come from the database, so every API gives the same.
 */
export function apiMetrics(deps: TemporalDeps): ApiMetrics {
  const registry = processMetrics(deps.db);
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames, registers });
  const reachable = gauge('mass_edit_reachable', 'Whether a service answers (1) or not (0).', ['service']);
  const open = gauge('mass_edit_open', 'Mass edits that have not ended.', ['state']);
  const workers = gauge('mass_edit_workers', 'Workers that are there.', ['lane']);
  const oldestOpen = gauge('mass_edit_oldest_open_age_seconds', 'Age of the oldest mass edit that has not ended.');
  const oldestWait = gauge('mass_edit_oldest_answer_wait_seconds', 'How long the one waits that has waited longest.');
  const duration = new Histogram({
    name: 'mass_edit_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status_code'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    registers,
  });

  async function look(): Promise<void> {
    const [lanes, engine] = await Promise.all([
      workersOf(deps.db, deps.config.taskQueue),
      isTemporalReachable(deps.temporal),
    ]);
    const seen = lanes && (await withTimeout(ASK_WITHIN_MS, openMassEditStats(deps.db)).catch(() => null));
    reachable.set({ service: 'postgresql' }, lanes ? 1 : 0);
    reachable.set({ service: 'temporal' }, engine ? 1 : 0);
    // Unknown numbers are left out: an old number would look like a good one.
    workers.reset();
    open.reset();
    oldestOpen.remove();
    oldestWait.remove();
    if (lanes) for (const lane of LANES) workers.set({ lane }, lanes[lane]);
    if (!seen) return;
    for (const state of OPEN_STATES) open.set({ state }, seen.states[state] ?? 0);
    oldestOpen.set(seen.oldestOpenS);
    oldestWait.set(seen.oldestWaitS);
  }

  return {
    answered: (request, reply) => {
      const { method, url: route = 'none' } = request.routeOptions;
      const labels = { method: String(method ?? 'none'), route, status_code: String(reply.statusCode) };
      duration.observe(labels, reply.elapsedTime / 1000);
    },
    text: async () => {
      await look();
      return registry.metrics();
    },
  };
}
