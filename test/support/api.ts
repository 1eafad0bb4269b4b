import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { inject } from 'vitest';
import { buildApp } from '../../api/app.ts';
import type { AppConfig, AppDeps } from '../../api/deps.ts';
import { connect, type Database, disconnect } from '../../db/client.ts';
import type { TokenRole } from '../../db/schema/schema.ts';
import { timeZone } from './days.ts';
import { LANGUAGES, LIMITS } from './worker.ts';

export const OPERATOR_TOKEN = 'the-operator';

export type Answer = {
  status: number;
  headers: Record<string, unknown>;
  /** The JSON of the answer, or null if the body is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers of any shape
  body: any;
};
export type TestApi = {
  app: FastifyInstance;
  db: Database;
  /** Made by HTTP, with the admin `admin@example.com`. The token is of the role admin. */
  organization: ApiOrganization;
  /**
   * Calls as the organization's admin, or with another token; null sends none. Paths that begin with `/` are taken
   * whole.
   */
  request(method: Method, path: string, body?: unknown, as?: { token: string | null }): Promise<Answer>;
  /** Another organization in the same service. */
  newOrganization(settings?: Record<string, unknown>): Promise<ApiOrganization>;
  /** A token of a role, for the user with this email. */
  tokenOf(role: TokenRole, userEmail?: string): Promise<string>;
  close(): Promise<void>;
};
export type ApiOrganization = { id: string; token: string };
type Method = NonNullable<InjectOptions['method']>;

/** The API without a port, on the stack of the whole run, with an organization of its own. */
export async function startApi(
  settings: Partial<AppConfig> & { temporalAddress?: string } & Pick<AppDeps, 'logger' | 'pageDir' | 'rateLimits'> = {},
): Promise<TestApi> {
  const { temporalAddress = inject('temporalAddress'), logger, pageDir, rateLimits, ...config } = settings;
  const db = connect(inject('apiDatabaseUrl'), { max: 6, applicationName: 'test api' });
  const connection = Connection.lazy({ address: temporalAddress });
  const app = await buildApp({
    db,
    logger,
    pageDir,
    rateLimits,
    temporal: new Client({ connection }),
    config: {
      ...LIMITS,
      approvalTimeout: '24h',
      approvalTimeoutMs: 86_400_000,
      languages: LANGUAGES,
      taskQueue: 'no-worker',
      operatorToken: OPERATOR_TOKEN,
      // The machine of the tests may be slow for other reasons.
      lateMs: 0,
      ...config,
    },
  });
  const send = async (method: Method, url: string, body: unknown, token: string | null): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body as InjectOptions['payload'] }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? null : answer.json() };
  };
  const newOrganization = async (of: Record<string, unknown> = {}): Promise<ApiOrganization> => {
    const admin = { email: 'admin@example.com', firstName: 'Ada' };
    const { status, body } = await send(
      'POST',
      '/v1/organizations',
      { name: 'Test', timeZone: timeZone(), admin, ...of },
      OPERATOR_TOKEN,
    );
    if (status !== 201) throw new Error(`No organization: ${JSON.stringify(body)}`);
    return { id: body.id, token: body.token };
  };
  const organization = await newOrganization();
  const request: TestApi['request'] = (method, path, body, as) =>
    send(
      method,
      path.startsWith('/') ? path : `/v1/organizations/${organization.id}/${path}`,
      body,
      as ? as.token : organization.token,
    );
  return {
    app,
    db,
    organization,
    request,
    newOrganization,
    tokenOf: async (role, userEmail = 'admin@example.com') => {
      const { status, body } = await request('POST', 'tokens', { userEmail, role, name: role });
      if (status !== 201) throw new Error(`No token: ${JSON.stringify(body)}`);
      return body.token;
    },
    close: async () => {
      await app.close();
      await connection.close();
      await disconnect(db);
    },
  };
}
