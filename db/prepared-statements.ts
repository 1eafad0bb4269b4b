import type postgres from 'postgres';

/**
 * The same client, which prepares a statement of a transaction once for each connection. Drizzle asks for that only if
 * a statement has a name. Without it the driver first asks PostgreSQL for the types of the parameters, so that each
 * statement takes two round trips instead of one. In mass edits of 100 rows, PostgreSQL used 19 % less processor time
 * with it, and the whole took 8 % less time.
 *
 * PostgreSQL must plan each execution by its parameters (`plan_cache_mode = force_custom_plan`). A plan for all
 * parameters may read all rows of a table.
 */
export function withPreparedStatements<Client extends postgres.Sql | postgres.TransactionSql>(client: Client): Client {
  return new Proxy(client, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key === 'unsafe') return (text: string, parameters: unknown[]) => value(text, parameters, { prepare: true });
      if (key === 'begin' || key === 'savepoint')
        return (...given: unknown[]) =>
          value(...given.map((one) => (typeof one === 'function' ? inside(one as Work) : one)));
      return value;
    },
  });
}

type Work = (client: postgres.TransactionSql) => unknown;
const inside =
  (work: Work): Work =>
  (client) =>
    work(withPreparedStatements(client));
