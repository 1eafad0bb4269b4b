import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type postgres from 'postgres';
import { inject } from 'vitest';
import { buildApp } from '../../api/app.ts';
import type { ConcurrencyLimit } from '../../api/concurrent-requests.ts';
import type { AppConfig, AppDeps } from '../../api/deps.ts';
import { connect, type Database, disconnect } from '../../db/client.ts';
import type { TokenRole } from '../../db/schema/schema.ts';
import { APPROVAL_TIMEOUT_MS, type TestOrganization } from './organization.ts';
import { LANGUAGES, LIMITS } from './worker.ts';

/** For tests that send more requests at once than one person or program may. */
export const MANY_AT_ONCE: ConcurrencyLimit = {
  requests: { token: 1_000, organization: 1_000 },
  streams: { token: 1_000, organization: 1_000 },
};

export type TestApi = {
  app: FastifyInstance;
  db: Database;
  temporal: Client;
  config: AppConfig;
  port: number;
  url: string;
  /** Uploads that have ended, refused and broken ones included. */
  requests(): number;
  close(): Promise<void>;
};

/**
 * The API on a port of its own, on the stack of the whole run. There is no worker: a started mass edit waits in its
 * queue.
 */
export async function startApi(
  given: Partial<AppConfig> & {
    taskQueue: string;
    temporalAddress?: string;
    applicationName?: string;
    databaseUrl?: string;
    /** Settings of the database sessions, such as `lock_timeout=100`. */
    sessionSettings?: string;
  } & Pick<AppDeps, 'rateLimits'>,
): Promise<TestApi> {
  const {
    temporalAddress = inject('temporalAddress'),
    databaseUrl = inject('apiDatabaseUrl'),
    applicationName = 'test api',
    sessionSettings = '',
    rateLimits,
    ...settings
  } = given;
  const db = connect(`${databaseUrl}?${sessionSettings}`, { max: 8, applicationName });
  const connection = Connection.lazy({ address: temporalAddress });
  const temporal = new Client({ connection });
  const config: AppConfig = {
    ...LIMITS,
    approvalTimeout: '12h',
    approvalTimeoutMs: APPROVAL_TIMEOUT_MS,
    languages: LANGUAGES,
    operatorToken: randomBytes(32).toString('hex'),
    // The machine of the tests may be slow for other reasons.
    lateMs: 0,
    ...settings,
  };
  const app = await buildApp({ db, temporal, config, rateLimits });
  let requests = 0;
  app.server.on('request', (_request, response) => {
    response.once('close', () => requests++);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    db,
    temporal,
    config,
    port,
    requests: () => requests,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await app.close();
      await connection.close();
      await disconnect(db);
    },
  };
}

/** A token of this role for a user of the organization; the uploader by default. */
export async function tokenFor(
  sql: postgres.Sql,
  organization: TestOrganization,
  role: TokenRole,
  userId = organization.uploader,
): Promise<string> {
  const token = `me_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest();
  await sql`insert into tokens (organization_id, user_id, role, name, hash)
    values (${organization.id}, ${userId}, ${role}, 'test', ${hash})`;
  return token;
}
