import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';

export type PoolUse = {
  /** The most connections that the pool opens. */
  readonly max: number;
  /** Transactions that wait for a connection. */
  waiting: number;
  /** Transactions that have a connection. */
  open: number;
};

const uses = new WeakMap<object, PoolUse>();

/** Counts the transactions of a pool from now on. All statements but those of the probe are in transactions. */
export function countUse<Schema extends Record<string, unknown>>(db: PostgresJsDatabase<Schema>, max: number): void {
  const use: PoolUse = { max, waiting: 0, open: 0 };
  uses.set(db, use);
  const transaction = db.transaction.bind(db);
  db.transaction = async (work, config) => {
    let begun = false;
    use.waiting++;
    try {
      return await transaction(async (tx) => {
        begun = true;
        use.waiting--;
        use.open++;
        return work(tx);
      }, config);
    } finally {
      if (begun) use.open--;
      else use.waiting--;
    }
  };
}

/** How a pool is used at this moment. */
export function poolUseOf<Schema extends Record<string, unknown>>(db: PostgresJsDatabase<Schema>): PoolUse {
  const use = uses.get(db);
  if (!use) throw new Error('This database was not made by connect()');
  return use;
}
