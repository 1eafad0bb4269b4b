import { afterAll, beforeAll, inject } from 'vitest';
import { openDatabase } from './organization.ts';

export type OwnDatabase = Record<'superuserUrl' | 'apiUrl' | 'workerUrl', string>;

/**
 * A database for one test file, on the server of the run. Call it at the top of the file, before other hooks. A
 * reconciler needs one, because it handles the mass edits of every organization, and other files leave stranded ones on
 * purpose.
 *
 * @param name of the file, because databases of one server have different names
 */
export function useOwnDatabase(name: string): OwnDatabase {
  let drop: () => Promise<void>;
  beforeAll(async () => {
    drop = await createDatabase(name);
  });
  afterAll(() => drop());
  return urlsOf(name);
}

/**
 * Makes a database without rows, copied from the migrated one of the run. Roles and passwords belong to the server, so
 * they are the same. Returns the function that drops it and ends its connections.
 */
export async function createDatabase(name: string): Promise<() => Promise<void>> {
  const sql = openDatabase();
  await sql.unsafe(`create database ${name} template ${inject('emptyDatabase')}`);
  return async () => {
    await sql.unsafe(`drop database ${name} with (force)`);
    await sql.end();
  };
}

export const urlsOf = (name: string): OwnDatabase => {
  const own = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  return {
    superuserUrl: own(inject('databaseUrl')),
    apiUrl: own(inject('apiDatabaseUrl')),
    workerUrl: own(inject('workerDatabaseUrl')),
  };
};
