import { and, eq, gt, lte, sql } from 'drizzle-orm';
import { type Database, queryOne, type Transaction } from '../client.ts';
import { signInLinks } from '../schema/schema.ts';
import { iso } from '../sql/timestamps.ts';
import { type Caller, callerOf, findBySecret } from './tokens.ts';

/** Time to copy a link to another window or send it to a colleague. A link that is found later has expired. */
const LINK_SECONDS = 10 * 60;

/** Stores a link for a valid token, by the SHA-256 (hex) of the link's code. */
export async function createLink(
  tx: Transaction,
  { tokenId, hashHex }: { tokenId: string; hashHex: string },
): Promise<{ expiresAt: string }> {
  return queryOne(
    tx,
    sql`insert into sign_in_links (organization_id, token_id, hash, expires_at)
        select organization_id, id, decode(${hashHex}, 'hex'),
          least(now() + make_interval(secs => ${LINK_SECONDS}), expires_at)
        from tokens where public_id = ${tokenId}
        returning ${iso('expires_at')} as "expiresAt"`,
  );
}

/**
 * Finds the caller by the SHA-256 (hex) of a link's code. Does not change the link; `createSession` uses it up.
 * Undefined if the link is unknown, used or expired, or if its token or user has ended.
 */
export async function findLinkCaller(db: Database, hashHex: string): Promise<Caller | undefined> {
  return db.transaction(async (tx) => {
    const { organizationId, tokenId, hash, expiresAt } = signInLinks;
    const link = await findBySecret(tx, 'link', hashHex, (own) =>
      tx
        .select({ organizationId, tokenId })
        .from(signInLinks)
        .where(and(eq(hash, own), gt(expiresAt, sql`now()`))),
    );
    return link && callerOf(tx, link.tokenId);
  });
}

/** Deletes the expired links of the organization. */
export async function deleteExpiredLinks(tx: Transaction): Promise<void> {
  await tx.delete(signInLinks).where(lte(signInLinks.expiresAt, sql`now()`));
}
