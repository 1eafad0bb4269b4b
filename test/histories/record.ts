import { writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { withoutMachine } from '../support/history.ts';

/**
 * Takes the history of a workflow's latest run from the engine and writes it to a file that can be committed and
 * replayed. By hand, beside a running product, once a change of the workflow is meant to be kept for ever:
 *
 *     node test/histories/record.ts 127.0.0.1:7233 mass-edit:<organization id> test/histories/<what it is about>.json
 */
export async function record(address: string, workflowId: string, file: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const history = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    await writeFile(file, withoutMachine(history));
  } finally {
    await connection.close();
  }
}

if (import.meta.main) {
  const [address, workflowId, file] = process.argv.slice(2);
  if (!address || !workflowId || !file)
    throw new Error('An address, a workflow id and a file are needed, in this order');
  await record(address, workflowId, file);
}
