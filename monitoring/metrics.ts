import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { poolUseOf } from '../db/pool-use.ts';

/**
 * The metrics of a process: memory, CPU and event loop lag, by the names of prom-client for Node, and the use of the
 * connection pool. docs/operations.md has the table of all metrics.
 */
export function processMetrics(db: Database): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'mass_edit_database_transactions',
    help: 'Transactions that have a connection of the pool (open) or wait for one (waiting).',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { open, waiting } = poolUseOf(db);
      this.set({ state: 'open' }, open);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'mass_edit_database_connections_max',
    help: 'Connections that the pool opens at most.',
    registers: [registry],
    collect() {
      this.set(poolUseOf(db).max);
    },
  });
  return registry;
}
