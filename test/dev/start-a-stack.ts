import { startStack } from '../../dev/stack/stack.ts';

/**
 * Starts a stack on the directory given as argument, prints its description as one line, and runs until it is killed.
 */
const [dataDir = ''] = process.argv.slice(2);
const { databaseUrl, temporalAddress } = await startStack({ dataDir });
console.log(JSON.stringify({ databaseUrl, temporalAddress }));
