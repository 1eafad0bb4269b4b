import { hash } from 'node:crypto';
import { identityKey } from '../values/identity.ts';
import type { ParsedRow } from './parsed-row.ts';

/**
 * A short text that is equal exactly for rows that mean the same. Two rows of one user with equal fingerprints are a
 * repetition, otherwise a contradiction. Identities are compared without case, as in a lookup. Cells without a meaning
 * count by their text.
 */
export const fingerprintOf = (parsed: ParsedRow): string => {
  let meaning =
    part(parsed.email && identityKey(parsed.email)) + part(parsed.externalId && identityKey(parsed.externalId));
  meaning += part(parsed.firstName) + part(parsed.lastName) + part(parsed.language) + part(parsed.participates);
  const { values, references, backdates, invalidCells } = parsed;
  for (const [valueIndex, value] of values.entries()) if (value !== undefined) meaning += valueIndex + part(value);
  meaning += END;
  for (const [valueIndex, name] of references.entries())
    if (name !== undefined) meaning += valueIndex + part(identityKey(name));
  meaning += END;
  for (const key in backdates) meaning += key + part(backdates[key] ?? '');
  if (invalidCells.length > 0) meaning += END + JSON.stringify(invalidCells);
  return hash('sha1', meaning, 'base64');
};

/** Separators: characters that no parsed text can contain. */
const END = '\u0001';
const NOTHING = '\u0002';
const VALUE = '\u0003';
const part = (value: string | number | boolean | null): string => (value === null ? NOTHING : VALUE + value) + END;
