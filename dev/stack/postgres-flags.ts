/** Each with its reason; what is not here is PostgreSQL's own default. A developer's machine: 2 cores, a few GB. */
const FLAGS = {
  listen_addresses: '127.0.0.1',
  // No socket file: after an unclean end it is one more thing to clear away, and nobody connects through it.
  unix_socket_directories: '',
  // api 32 + worker 15 + large worker 9 connections, a second of each while one restarts, more workers, and a person with psql.
  max_connections: '200',
  // A million users with indexes is about 1 GB: a quarter of it warm is enough, and small machines still have it.
  shared_buffers: '256MB',
  // An import of a million rows writes about 2 GB of log: one checkpoint in it, not ten, and no stall waiting for one.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // A page that is logged whole takes 0.2 ms to compress by pglz and 0.01 to write: a re-upload of 100,000 rows took 1.5 s longer.
  wal_compression: 'off',
  // Estimates of tables that are being filled are far too high, and compiling each such statement would take longer than it.
  jit: 'off',
  // "Finished" has to survive a power cut, here too: what is tried here is what runs in production.
  synchronous_commit: 'on',
  // The same day for everybody, whatever the machine's zone: days are the organization's, and the code says which.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The detail of an error holds values ("Key (email)=(…) already exists"): people's data does not go into logs.
  log_error_verbosity: 'terse',
};

/** For tests, whose data is thrown away: nothing waits for the disk. */
const THROWAWAY_FLAGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/** The command line flags of the embedded server, `-c name=value` each. */
export function postgresFlags({ throwaway }: { throwaway: boolean }): string[] {
  const flags = throwaway ? { ...FLAGS, ...THROWAWAY_FLAGS } : FLAGS;
  return Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
