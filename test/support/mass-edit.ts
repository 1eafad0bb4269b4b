import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type postgres from 'postgres';
import {
  type MassEditInput,
  type MassEditResult,
  type Options,
  WORKFLOW_TYPE,
  workflowIdOf,
} from '../../workflows/contract.ts';
import { APPROVAL_TIMEOUT_MS, storeMassEdit, type TestOrganization } from './organization.ts';
import type { RunningWorker } from './worker.ts';

export type StartedMassEdit = { id: number; massEditId: string; handle: WorkflowHandle<() => Promise<MassEditResult>> };

/** Stores a file and starts its workflow as the API does. */
export async function startMassEdit(
  sql: postgres.Sql,
  worker: RunningWorker,
  organization: TestOrganization,
  csv: string | Buffer,
  options: Partial<Options> & { approvalTimeoutMs?: number } = {},
): Promise<StartedMassEdit> {
  const stored = await storeMassEdit(sql, organization, csv, options);
  const input: MassEditInput = {
    organizationId: organization.id,
    massEditId: stored.massEditId,
    options: { resetEmptyFields: false, deleteMissingUsers: false, review: 'deletions', ...options },
    approvalTimeoutMs: options.approvalTimeoutMs ?? APPROVAL_TIMEOUT_MS,
  };
  const handle = await worker.client.workflow.start<() => Promise<MassEditResult>>(WORKFLOW_TYPE, {
    workflowId: workflowIdOf(organization.id),
    taskQueue: worker.taskQueue,
    args: [input] as never,
  });
  return { ...stored, handle };
}

/** A unique task queue name. */
export const ownQueue = (name: string): string => `${name}-${randomUUID()}`;
