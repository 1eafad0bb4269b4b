/** The name of the unique index that a write violated; undefined for every other error. */
export function violatedIndex(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (!('code' in at) || at.code !== UNIQUE_VIOLATION) continue;
    return 'constraint_name' in at && typeof at.constraint_name === 'string' ? at.constraint_name : '';
  }
  return undefined;
}

const UNIQUE_VIOLATION = '23505';
