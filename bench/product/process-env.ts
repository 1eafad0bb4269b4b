// This file writes the environment and does not read it. The programs of the product start with the variables set here.
import { env } from 'node:process';

/** Sets environment variables for the programs that are started from now on. */
export function setProcessEnv(variables: Record<string, string>): void {
  Object.assign(env, variables);
}
