import { problem } from '../problems.ts';

const ALGORITHMS = ['sha-256', 'sha-512'] as const;
export type Expected = { algorithm: (typeof ALGORITHMS)[number]; digest: Buffer };

/**
 * Reads a Content-Digest header (RFC 9530): of its digests those that we can compare. Others are passed over, as the RFC
 * has it; one of ours that cannot be read is refused (`invalid_request`), as the client counts on its being compared.
 */
export function contentDigests(header: string | undefined): Expected[] {
  if (header === undefined) return [];
  return header.split(',').flatMap((member) => {
    const [, name = '', value = ''] = /^\s*([a-z0-9-]+)\s*=\s*(.*?)\s*$/i.exec(member) ?? [];
    const algorithm = ALGORITHMS.find((known) => known === name.toLowerCase());
    if (!algorithm) return [];
    const encoded = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value)?.[1];
    if (encoded === undefined) {
      return problem('invalid_request', `Content-Digest: ${algorithm} has to be base64 between colons.`);
    }
    return [{ algorithm, digest: Buffer.from(encoded, 'base64') }];
  });
}

/** Reads the multipart field `sha256`: 64 hexadecimal digits, or base64. Refuses (`invalid_request`) anything else. */
export function sha256Field(value: string): Buffer {
  const text = value.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return problem('invalid_request', 'The field "sha256" has to be 64 hexadecimal digits, or base64.');
}

/** Refuses (`digest_mismatch`) bytes that are not the ones that were sent. */
export function compareDigests(expected: Buffer, actual: Buffer): void {
  if (expected.equals(actual)) return;
  problem('digest_mismatch', 'The bytes that arrived do not have the digest that was sent along. Nothing was started.');
}
