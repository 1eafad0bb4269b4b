import { throwProblem } from '../../problems.ts';

const ALGORITHMS = ['sha-256', 'sha-512'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
export type Expected = { algorithm: Algorithm; digest: Buffer };

/** One for each algorithm that we compare. */
const MOST_DIGESTS = 2;
const MOST_CHARACTERS = 1024;

/**
 * Reads a Content-Digest header (RFC 9530), with several lines joined. Returns the digests that we can compare. Others
 * are ignored, as the RFC says. A digest of ours that cannot be read is refused (`invalid_request`), because the client
 * relies on the comparison. Each digest is computed over the whole file. So a header that is too long, has too many
 * digests, or has an algorithm twice is refused too.
 */
export function contentDigests(header: string | undefined): Expected[] {
  if (header === undefined) return [];
  if (header.length > MOST_CHARACTERS) refuse(`has more than ${MOST_CHARACTERS} characters`);
  const members = header.split(',', MOST_DIGESTS + 1);
  if (members.length > MOST_DIGESTS) refuse(`has more than ${MOST_DIGESTS} digests`);
  const expected: Expected[] = [];
  for (const member of members) {
    const equals = member.indexOf('=');
    const name = member.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const algorithm = ALGORITHMS.find((known) => known === name);
    if (!algorithm) continue;
    if (expected.some((other) => other.algorithm === algorithm)) refuse(`has two digests by ${algorithm}`);
    const digest = bytesBetweenColons(member.slice(equals + 1).trim());
    if (!digest) return refuse(`has a digest by ${algorithm} that is not base64 between colons`);
    expected.push({ algorithm, digest });
  }
  return expected;
}

const refuse = (wrong: string): never => throwProblem('invalid_request', `The header Content-Digest ${wrong}.`);

/** A byte sequence of a header field (RFC 8941, 3.3.5); null if the text is none. */
function bytesBetweenColons(text: string): Buffer | null {
  if (text.length < 2 || !text.startsWith(':') || !text.endsWith(':')) return null;
  const encoded = withoutPadding(text.slice(1, -1));
  const bytes = Buffer.from(encoded, 'base64');
  // The decoder skips what is no base64, so the decoded bytes must give the whole text again.
  return encoded !== '' && withoutPadding(bytes.toString('base64')) === encoded ? bytes : null;
}

function withoutPadding(encoded: string): string {
  if (encoded.endsWith('==')) return encoded.slice(0, -2);
  return encoded.endsWith('=') ? encoded.slice(0, -1) : encoded;
}

/** Reads the multipart field `sha256`: 64 hexadecimal digits, or base64. Refuses (`invalid_request`) anything else. */
export function sha256Field(value: string): Buffer {
  const text = value.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return throwProblem('invalid_request', 'The field "sha256" has to be 64 hexadecimal digits, or base64.');
}

/** Refuses (`digest_mismatch`) bytes that differ from those that the client digested. */
export function compareDigests(expected: Buffer, actual: Buffer): void {
  if (expected.equals(actual)) return;
  throwProblem(
    'digest_mismatch',
    'The bytes that arrived do not have the digest that was sent along. Nothing was started.',
  );
}
