import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Downloads the Temporal CLI into the directory given as argument. It starts the server once by the SDK, which triggers
 * the download. Exits with 1 and the reason if that is not possible.
 */
const [downloadDir] = process.argv.slice(2);
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir } },
  });
  await environment.teardown();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
