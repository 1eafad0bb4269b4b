import { SECURITY_HEADERS } from '../../monitoring/security-headers.ts';

/** Headers that differ between two answers: these, and headers of the same kind that only some answers have. */
const NAMES = [...Object.keys(SECURITY_HEADERS), 'strict-transport-security', 'clear-site-data', 'set-cookie'];

/** The headers that differ from the usual ones. */
export const unusual = (headers: Headers): Record<string, string | null> =>
  Object.fromEntries(
    NAMES.map((name) => [name, headers.get(name)] as const).filter(
      ([name, value]) => value !== ((SECURITY_HEADERS as Record<string, string>)[name] ?? null),
    ),
  );
