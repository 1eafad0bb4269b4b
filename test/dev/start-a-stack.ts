import { startStack } from '../../dev/stack/stack.ts';

/** Starts a stack on the directory given as argument, prints what it is as one line, and stays until it is killed. */
const [dataDir = ''] = process.argv.slice(2);
const { databaseUrl, temporalAddress } = await startStack({ dataDir });
console.log(JSON.stringify({ databaseUrl, temporalAddress }));
