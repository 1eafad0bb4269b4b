import type postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import type { AppConfig, AppDeps } from '../../api/deps.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';
import { newOrganization, type Organization } from './organization.ts';

export type Service = {
  readonly api: TestApi;
  readonly worker: RunningWorker;
  readonly sql: postgres.Sql;
  newOrganization: (users?: string[], settings?: Record<string, unknown>) => Promise<Organization>;
};

/** The page, the API and a worker for a test file, with a task queue of their own: call it at the top. */
export function useService(
  settings: Partial<AppConfig> & Pick<AppDeps, 'rateLimits'> & { chunkRows?: number; applicationName?: string } = {},
): Service {
  const { chunkRows, ...config } = settings;
  const taskQueue = ownQueue('page');
  const sql = openDatabase();
  let api: TestApi;
  let worker: RunningWorker;
  beforeAll(async () => {
    [api, worker] = await Promise.all([startApi({ taskQueue, ...config }), startWorker({ taskQueue, chunkRows })]);
  });
  afterAll(async () => {
    await api?.close();
    await worker?.close();
    await sql.end();
  });
  return {
    get api() {
      return api;
    },
    get worker() {
      return worker;
    },
    sql,
    newOrganization: (users, more) => newOrganization(api, users, more),
  };
}
