import { ApplicationFailure } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { inject, onTestFinished } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { workerOptions } from '../../activities/worker-options.ts';
import { connect, disconnect } from '../../db/client.ts';
import { dyingAfter } from '../support/stage.ts';
import { LANGUAGES, LIMITS, quietRuntime } from '../support/worker.ts';

/**
 * A worker that loses its database in the middle of stage 5. Its engine does not retry, which it would do for twelve
 * hours. The earlier changes are real. Stops when the test has finished.
 *
 * @param commits transactions of stage 5 that still succeed
 */
export async function startFailingWorker(taskQueue: string, commits: number): Promise<void> {
  quietRuntime();
  const db = connect(inject('workerDatabaseUrl'), { max: 4, applicationName: 'test worker' });
  const deps = { db, limits: LIMITS, languages: LANGUAGES, chunkRows: 10 };
  const options = workerOptions(deps, { lane: 'small', taskQueue, largeStages: 1 });
  const dying = createActivities({ ...deps, db: dyingAfter(db, commits).db });
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const worker = await Worker.create({
    connection,
    workflowBundle: { codePath: inject('workflowBundlePath') },
    ...options,
    activities: {
      ...options.activities,
      upsertUsers: (ref: Parameters<typeof dying.upsertUsers>[0]) =>
        dying.upsertUsers(ref).catch((cause: unknown) => {
          throw ApplicationFailure.create({
            message: 'The database is gone',
            nonRetryable: true,
            cause: cause as Error,
          });
        }),
    },
  });
  const running = worker.run();
  onTestFinished(async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await disconnect(db);
  });
}
