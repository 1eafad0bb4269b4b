import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { withoutMachine } from '../support/history.ts';

/** Takes the history of a workflow's latest run from the engine and writes it to a file that can be committed and replayed. */
export async function record(temporal: Client, workflowId: string, file: string): Promise<void> {
  const history = await temporal.workflow.getHandle(workflowId).fetchHistory();
  await writeFile(file, withoutMachine(history));
}
