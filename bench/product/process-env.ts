// Written and not read: what is set here, the programs of the product are started with.
import { env } from 'node:process';

/** Sets variables of the environment for the programs that are started from now on. */
export function setProcessEnv(variables: Record<string, string>): void {
  Object.assign(env, variables);
}
