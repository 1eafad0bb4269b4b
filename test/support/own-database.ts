import { afterAll, beforeAll, inject } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { openDatabase } from './organization.ts';

export type OwnDatabase = Record<'superuserUrl' | 'apiUrl' | 'workerUrl', string>;

/**
 * A database for one test file, on the server of the run: call it at the top of the file, before other hooks. A sweeper
 * needs one, as it takes up what it finds of any organization: other files leave things lying on purpose.
 *
 * @param name of the file, as databases of one server have different names
 */
export function useOwnDatabase(name: string): OwnDatabase {
  const own = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const passwordIn = (url: string): string => decodeURIComponent(new URL(url).password);
  const urls = {
    superuserUrl: own(inject('databaseUrl')),
    apiUrl: own(inject('apiDatabaseUrl')),
    workerUrl: own(inject('workerDatabaseUrl')),
  };
  const sql = openDatabase();
  beforeAll(async () => {
    await sql.unsafe(`create database ${name}`);
    // Roles belong to all databases of a server: their passwords stay what they are.
    await migrate({
      databaseUrl: urls.superuserUrl,
      apiPassword: passwordIn(urls.apiUrl),
      workerPassword: passwordIn(urls.workerUrl),
    });
  });
  afterAll(async () => {
    await sql.unsafe(`drop database ${name} with (force)`);
    await sql.end();
  });
  return urls;
}
