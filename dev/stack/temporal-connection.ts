import { Connection } from '@temporalio/client';

/** Local servers answer in milliseconds. If there is no answer by then, there is no server. */
const CONNECT_WITHIN_MS = 2_000;

/**
 * Connects to a Temporal server, runs `work`, and closes the connection. Throws what connecting or `work` throws.
 *
 * @param withinMs timeout of connecting; longer if the caller does not retry
 */
export async function withTemporal<Result>(
  address: string,
  work: (connection: Connection) => Promise<Result>,
  withinMs = CONNECT_WITHIN_MS,
): Promise<Result> {
  const connection = await Connection.connect({ address, connectTimeout: withinMs });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
