import type { Client } from '@temporalio/client';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/client.ts';
import type { ConcurrencyLimit } from './concurrent-requests.ts';
import type { ApiMetrics } from './metrics.ts';
import type { RateLimits } from './rate-limits.ts';
import type { BodyLimits } from './slow-bodies.ts';

/** The settings that routes need; config.ts has more. */
export type AppConfig = {
  maxBytes: number;
  maxRows: number;
  maxColumns: number;
  maxCellCharacters: number;
  approvalTimeout: string;
  approvalTimeoutMs: number;
  languages: string[];
  taskQueue: string;
  readonly operatorToken: string;
  /** Uploads of one organization, where it is not the number in rate-limits.ts. */
  uploadsAnHour?: number;
  /** How many findings a mass edit lists, where it is not the number in accept-upload.ts. */
  findingsListed?: number;
  /** Proxies whose X-Forwarded-For is believed: how many stand in front, or which addresses and networks. None by default. */
  trustProxy?: number | string[];
  /** Other limits than those in concurrent-requests.ts. */
  concurrencyLimits?: ConcurrencyLimit;
  /** How long an answer may wait for a client that takes nothing of it; STALLED_MS if it is left out. */
  stalledMs?: number;
  /** Other limits than those in slow-bodies.ts. */
  bodies?: BodyLimits;
  /** The mean delay of the event loop in milliseconds above which requests are refused; LATE_MS if it is left out, 0: none. */
  lateMs?: number;
};

export type AppDeps = {
  db: Database;
  temporal: Client;
  config: AppConfig;
  /** Without one nothing is logged. */
  logger?: FastifyBaseLogger;
  /** Without it answers are not counted. */
  metrics?: Pick<ApiMetrics, 'answered'>;
  /** Those of rate-limits.ts by the clock, where nothing else is said. */
  rateLimits?: RateLimits;
  /** Where the built page is; PAGE_DIR where it is not said. */
  pageDir?: string;
};
