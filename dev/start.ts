import { machine, readConfig } from '../config.ts';
import { type DevEnvironment, startEnvironment } from './environment.ts';
import { listenForShutdown } from './processes/shutdown-signals.ts';
import { describeStack } from './stack/stack-file.ts';

/**
 * `npm start`: everything on this machine, in the foreground, until Ctrl-C. Exit code 0 after a requested stop, 1 if a
 * program did not start or the stop was forced. The data stays either way.
 */
let product: DevEnvironment | undefined;
const stop = listenForShutdown({
  calledByNpm: machine().calledByNpm,
  force: () => {
    console.error('Ending everything at once.');
    product?.kill();
    process.exit(1);
  },
});
// A closed terminal or pipe must not fail the stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const config = readConfig();
  console.log('Starting mass edit: PostgreSQL, Temporal, worker, API …');
  product = await startEnvironment(config, { log: (line) => console.log(line), signal: stop.signal });
  console.log(describeStack({ ...product.description, signInUrl: product.signInUrl, dataDir: config.dataDir }));
  await stop.first;
  console.log('\nStopping (Ctrl-C again does not wait) …');
  await product.stop();
  console.log('Stopped. The data stays.');
} catch (error) {
  if (isStopOf(error)) console.log('Stopped before it was ready. The data stays.');
  else {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
// A call that still hangs (a request of the demo) is not needed any more.
process.exit();

/** Whether the error only says that the caller cancelled the start. */
function isStopOf(error: unknown): boolean {
  if (!stop.signal.aborted) return false;
  return error === stop.signal.reason || (error instanceof Error && error.name === 'AbortError');
}

/** Messages, not stack traces: nearly all of these are about the machine and not about the code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  return error.cause instanceof Error && !error.message.includes(error.cause.message)
    ? `${error.message}\n  because: ${error.cause.message}`
    : error.message;
}
