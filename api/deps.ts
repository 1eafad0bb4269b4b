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
  /** The uploads an hour of one organization, if not the number in rate-limits.ts. */
  uploadsAnHour?: number;
  /** The findings that a mass edit lists, if not the number in accept-upload.ts. */
  findingsListed?: number;
  /** Proxies whose X-Forwarded-For is trusted: a number of proxies, or addresses and networks. None by default. */
  trustProxy?: number | string[];
  /** Limits instead of those in concurrent-requests.ts. */
  concurrencyLimits?: ConcurrencyLimit;
  /** How long an answer may wait for a client that reads none of it; STALLED_MS by default. */
  stalledMs?: number;
  /** Limits instead of those in slow-bodies.ts. */
  bodies?: BodyLimits;
  /**
   * The mean delay of the event loop in milliseconds above which requests are refused; LATE_MS by default, 0: no limit.
   */
  lateMs?: number;
};

export type AppDeps = {
  db: Database;
  temporal: Client;
  config: AppConfig;
  /** If it is missing, nothing is logged. */
  logger?: FastifyBaseLogger;
  /** If it is missing, answers are not counted. */
  metrics?: Pick<ApiMetrics, 'answered'>;
  /** By default the limits of rate-limits.ts with the real clock. */
  rateLimits?: RateLimits;
  /** The directory of the built page; PAGE_DIR by default. */
  pageDir?: string;
};
