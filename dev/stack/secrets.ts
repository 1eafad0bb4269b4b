import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../processes/write-file-atomic.ts';

const NAMES = ['databasePassword', 'apiDatabasePassword', 'workerDatabasePassword', 'operatorToken'] as const;
/** The superuser's password, the passwords of the two roles, and the token that may create organizations. */
export type Secrets = Record<(typeof NAMES)[number], string>;

/** Not guessable. As text it has 43 characters and needs no quoting in a URL. */
const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;

/**
 * The secrets of a data directory. They are made once and kept in `secrets.json`, which only its owner can read. They
 * never change, because the database's superuser keeps its first password. Throws if the file cannot be parsed.
 */
export function loadOrCreateSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) {
    chmodSync(path, OWNER_ONLY);
    return read(path);
  }
  const made = Object.fromEntries(NAMES.map((name) => [name, randomBytes(SECRET_BYTES).toString('base64url')]));
  writeFileAtomic(path, `${JSON.stringify(made, null, 2)}\n`, OWNER_ONLY);
  return read(path);
}

function read(path: string): Secrets {
  const found: Partial<Record<string, unknown>> = JSON.parse(readFileSync(path, 'utf8'));
  const secret = (name: (typeof NAMES)[number]): string => {
    const value = found[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new Error(`${path} has no ${name}. Put it back, or remove the data directory to start from nothing.`);
  };
  return {
    databasePassword: secret('databasePassword'),
    apiDatabasePassword: secret('apiDatabasePassword'),
    workerDatabasePassword: secret('workerDatabasePassword'),
    operatorToken: secret('operatorToken'),
  };
}
