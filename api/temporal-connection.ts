import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { API_IDENTITY } from '../workflows/contract.ts';

export type TemporalAddress = {
  temporalAddress?: string;
  temporalNamespace: string;
  given: { TEMPORAL_NAMESPACE?: string };
};

/**
 * gRPC options of the connection to the engine. By default the pause between two connection attempts grows to two
 * minutes. The API would stay disconnected for a minute after the engine is back. An attempt costs one TCP connection.
 */
const CHANNEL = {
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // An engine whose machine is gone is noticed after 20 s. Servers refuse clients that ask more often than every 10 s.
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

/**
 * A client of the engine, which connects with the first call and again after each loss. Its identity tells signals of
 * the API from signals of a person.
 */
export function connectTemporal(config: TemporalAddress): { temporal: Client; close: () => Promise<void> } {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = Connection.lazy({
    ...connectionOptions,
    address: config.temporalAddress ?? connectionOptions.address,
    channelArgs: CHANNEL,
  });
  const temporal = new Client({
    connection,
    namespace: config.given.TEMPORAL_NAMESPACE ?? namespace ?? config.temporalNamespace,
    identity: `${API_IDENTITY}:${process.pid}@${hostname()}`,
  });
  return { temporal, close: () => connection.close() };
}
