import type { Client as Temporal } from '@temporalio/client';
import type postgres from 'postgres';
import { type MassEditResult, workflowIdOf } from '../../workflows/contract.ts';
import { type Client, clientOf, tokenBy } from './client.ts';
import type { HeldClock } from './clock.ts';
import { timeZone } from './days.ts';
import { ownQueue } from './mass-edit.ts';
import { MANY_AT_ONCE, startApi } from './mass-edit-api.ts';
import { openDatabase, storeMassEdit } from './organization.ts';
import { snapshot } from './snapshot.ts';
import { IN_ORDER, runActivity } from './stage.ts';
import { startWorker, type WorkerSettings } from './worker.ts';

/** The first admin of every organization of a journey, and its uploader. */
export const ADMIN = 'hr@example.com';

export type OrganizationSettings = {
  secondApprover?: boolean;
  deleteLimitPercent?: number;
  admin?: { email: string; firstName: string; lastName?: string };
};
export type Product = {
  url: string;
  temporal: Temporal;
  taskQueue: string;
  sql: postgres.Sql;
  /** Stops the worker and starts another one with the workflows of this bundle. */
  upgrade(workflowBundlePath: string): Promise<void>;
  /** Waits until a stage of the organization's mass edit knows that it must stop. */
  stopIsHeard(organization: Client): Promise<void>;
  /** Made over HTTP with the operator's token, with the standard attributes and one admin. */
  newOrganization(settings?: OrganizationSettings): Promise<Organization>;
  /** Applies a file without a gate as its first admin uploads it, by the stages alone: the engine takes no part. */
  apply(organization: Organization, csv: string): Promise<MassEditResult>;
  close(): Promise<void>;
};
/** One person in the database, with the current membership of each attribute in words. */
export type User = {
  id: string;
  name: string;
  first: string;
  last: string | null;
  language: string;
  participates: boolean;
  version: number;
  updated: Date;
  deleted: boolean;
  values: Record<string, string>;
};
export type Organization = Client & {
  /** A token of this role for a person of the organization, made by its admin. */
  as(email: string, role: string): Promise<Client>;
  /** Speaks as the operator. */
  operator: Client;
  /** The same, made by the operator. */
  byOperator(email: string, role: string): Promise<Client>;
  /** All users, deleted ones too, by email or else external id. */
  people(): Promise<Record<string, User>>;
  /** The active users, in the order of their names. */
  activeUsers(): Promise<string[]>;
  /** All of it in words. Equal texts before and after prove that nothing was written. */
  live(): Promise<Record<string, readonly unknown[]>>;
};

/** The whole product for one test file: API and worker on the stack of the run, with a task queue of their own. */
export async function startProduct({
  clock,
  findingsListed,
  ...settings
}: { clock?: HeldClock; findingsListed?: number } & Omit<
  WorkerSettings,
  'taskQueue' | 'expiry'
> = {}): Promise<Product> {
  const taskQueue = ownQueue('journey');
  const sql = openDatabase();
  const ofWorker = { ...settings, taskQueue, expiry: clock?.expiry };
  let worker = await startWorker(ofWorker);
  const api = await startApi({
    taskQueue,
    findingsListed,
    concurrencyLimits: MANY_AT_ONCE,
    ...(clock ? { approvalTimeoutMs: clock.approvalTimeoutMs } : {}),
  });
  return {
    url: api.url,
    temporal: api.temporal,
    taskQueue,
    sql,
    upgrade: async (workflowBundlePath) => {
      await worker.close();
      worker = await startWorker({ ...ofWorker, workflowBundlePath });
    },
    stopIsHeard: ({ organizationId }) => worker.stopIsHeard(workflowIdOf(organizationId)),
    newOrganization: async (wanted = {}) => {
      const answer = await fetch(`${api.url}/v1/organizations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api.config.operatorToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'Journey',
          timeZone: timeZone(),
          admin: { email: ADMIN, firstName: 'Hanna' },
          ...wanted,
        }),
      });
      const { id, token } = (await answer.json()) as { id: string; token: string };
      return organizationOf(sql, clientOf(api.url, id, token), clientOf(api.url, id, api.config.operatorToken));
    },
    apply: async ({ organizationId }, csv) => {
      const [uploader] = await sql<{ id: number }[]>`
        select id from users where organization_id = ${organizationId} order by id limit 1`;
      const organization = { id: organizationId, uploader: uploader!.id, attributes: {} };
      const { massEditId } = await storeMassEdit(sql, organization, csv);
      const ref = { organizationId, massEditId };
      for (const stage of IN_ORDER)
        if (stage !== 'recordDecision' && stage !== 'settle') await runActivity(worker.deps, stage, ref);
      return (await runActivity(worker.deps, 'settle', ref, 1, 'applied')) as MassEditResult;
    },
    close: async () => {
      clock?.release();
      await api.close();
      await worker.close();
      await sql.end();
    },
  };
}

function organizationOf(sql: postgres.Sql, client: Client, operator: Client): Organization {
  const { organizationId } = client;
  const people = async (): Promise<Record<string, User>> => {
    const rows = await sql<Omit<User, 'values'>[]>`
      select public_id as id, coalesce(email, external_id) as name, first_name as first, last_name as last, language,
        participates, version, updated_at as updated, deleted_at is not null as deleted
      from users where organization_id = ${organizationId} order by 2`;
    const { memberships } = await snapshot(sql, organizationId);
    const all = memberships as { person: string; attribute: string; value: string }[];
    const valuesOf = (name: string) =>
      Object.fromEntries(all.filter(({ person }) => person === name).map(({ attribute, value }) => [attribute, value]));
    return Object.fromEntries(rows.map((row) => [row.name, { ...row, values: valuesOf(row.name) }]));
  };
  return {
    ...client,
    as: (email, role) => tokenBy(client, email, role),
    operator,
    byOperator: (email, role) => tokenBy(operator, email, role),
    people,
    activeUsers: async () => Object.values(await people()).flatMap(({ deleted, name }) => (deleted ? [] : [name])),
    live: async () => {
      const { users, memberships, periods, segments, answers, changes } = await snapshot(sql, organizationId);
      return { users, memberships, periods, segments, answers, changes } as Record<string, readonly unknown[]>;
    },
  };
}
