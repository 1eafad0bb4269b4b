import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';

/** The size of a stored chunk: large enough that a file of 256 MiB is 256 rows, small enough to hold many at once. */
export const CHUNK_BYTES = 1024 * 1024;

/** Opens a file of this organization, still empty, and gives its id. It lives on only if a mass edit comes to point at it. */
export async function createFile(tx: Transaction, organizationId: string): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    tx,
    sql`insert into files (organization_id) values (${organizationId}) returning id`,
  );
  return id;
}

/**
 * Adds one chunk, in a transaction of its own: a slow upload must hold no transaction open while it waits for bytes. It
 * is stored deflated: a CSV shrinks to a quarter, which takes less time than to send, log and read back all of it.
 *
 * @param chunk `number` counts from 0 without gaps; `bytes` are at most `CHUNK_BYTES`
 * @throws where that number is stored already
 */
export async function appendChunk(
  db: Database,
  organizationId: string,
  chunk: { fileId: number; number: number; bytes: Uint8Array },
): Promise<void> {
  const deflated = await deflate(chunk.bytes, { level: FASTEST });
  await inOrganization(db, organizationId, (tx) =>
    tx.execute(sql`insert into file_chunks (file_id, organization_id, number, bytes, deflated)
      values (${chunk.fileId}, ${organizationId}, ${chunk.number}, ${deflated}, true)`),
  );
}

/** The better levels take three times as long for a fifth less. */
const FASTEST = 1;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/**
 * Reads a file as it was uploaded, chunk by chunk, each in a short transaction of its own, so that a slow reader holds
 * nothing open; one is fetched ahead. Gives nothing at all for a file that is not there: whoever must have it compares the size.
 */
export async function* readFile(db: Database, organizationId: string, fileId: number): AsyncGenerator<Uint8Array> {
  const fetch = async (number: number): Promise<StoredChunk | undefined> => {
    const [chunk] = await inOrganization(db, organizationId, (tx) =>
      queryMany<StoredChunk>(
        tx,
        sql`select bytes, deflated from file_chunks where file_id = ${fileId} and number = ${number}`,
      ),
    );
    return chunk;
  };
  let ahead = fetch(0);
  for (let number = 1; ; number++) {
    const chunk = await ahead;
    if (chunk === undefined) return;
    ahead = fetch(number);
    // Whoever comes for it is told; a reader that has enough never does.
    ahead.catch(() => {});
    yield chunk.deflated ? await inflate(chunk.bytes, { maxOutputLength: CHUNK_BYTES }) : chunk.bytes;
  }
}

type StoredChunk = { bytes: Uint8Array; deflated: boolean };

/** Takes a file away with all its chunks; a file that is gone already is no fault. Throws where a mass edit points at it. */
export async function deleteFile(tx: Transaction, fileId: number): Promise<void> {
  await tx.execute(sql`delete from files where id = ${fileId}`);
}

/**
 * Deletes the bytes of a file that turned out to be no CSV. The mass edit keeps its name, size and digest. Does nothing for any
 * other, and nothing more when it runs twice.
 */
export async function dropUnlessCsv(tx: Transaction, edit: Pick<ClaimedMassEdit, 'id' | 'fileId'>): Promise<void> {
  await tx.execute(sql`with dropped as (
      update mass_edits set file_kept = false where id = ${edit.id} and file_kept
        and exists (select from findings where mass_edit_id = ${edit.id} and code = 'NOT_CSV') returning 1
    ) delete from file_chunks where file_id = ${edit.fileId} and exists (select from dropped)`);
}

/**
 * Files of this organization that no mass edit points at: what an upload left whose process died before it could clean
 * up. Younger than an hour they may still be under way; no upload is let to take that long.
 */
export async function orphanedFiles(tx: Transaction): Promise<number[]> {
  const found = await queryMany<{ id: number }>(
    tx,
    sql`select f.id from files f where f.created_at < now() - interval '1 hour'
        and not exists (select from mass_edits m where m.file_id = f.id) order by f.id`,
  );
  return found.map(({ id }) => id);
}
