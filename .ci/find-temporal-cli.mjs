// Prints the path of the Temporal CLI. Downloads the CLI if this machine has none. Runs on the project's own Node.
import { machine } from '../config.ts';
import { findTemporalCli } from '../dev/stack/temporal-cli.ts';
import { TEMPORAL_DOWNLOADS, temporalCacheDirs } from '../dev/stack/temporal-downloads.ts';

try {
  const { searchPath } = machine();
  const input = { searchPath, cacheDirs: temporalCacheDirs(), downloads: TEMPORAL_DOWNLOADS, say: console.log };
  console.log(await findTemporalCli(input));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
