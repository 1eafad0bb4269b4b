/** Each flag with its reason; all others are PostgreSQL's defaults. For a developer's machine: 2 cores, a few GB. */
const FLAGS = {
  listen_addresses: '127.0.0.1',
  // No socket file: no client uses it, and an unclean end would leave it behind.
  unix_socket_directories: '',
  // api 32 + worker 15 + large worker 9 connections. Room for a second of each while one restarts, for more workers,
  // and for a person with psql.
  max_connections: '200',
  // A million users with indexes is about 1 GB. A quarter of it in memory is enough, and small machines have that much.
  shared_buffers: '256MB',
  // An import of a million rows writes about 2 GB of WAL: one checkpoint in it, not ten, and no stall for a checkpoint.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  // A full-page image takes 0.2 ms to compress by pglz and 0.01 ms to write: a re-upload of 100,000 rows took 1.5 s
  // longer with compression.
  wal_compression: 'off',
  // Cost estimates of growing tables are far too high, and JIT compilation of such a statement would take longer than
  // the statement.
  jit: 'off',
  // A "finished" mass edit must survive a power cut here too, as in production.
  synchronous_commit: 'on',
  // The same day on every machine. Days are in the organization's time zone, which the code sets.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Error details hold values ("Key (email)=(…) already exists"). Personal data must not go into logs.
  log_error_verbosity: 'terse',
};

/** For tests, whose data is thrown away: no write waits for the disk. */
const THROWAWAY_FLAGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/** The command line flags of the embedded server, `-c name=value` each. */
export function postgresFlags({ throwaway }: { throwaway: boolean }): string[] {
  const flags = throwaway ? { ...FLAGS, ...THROWAWAY_FLAGS } : FLAGS;
  return Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
