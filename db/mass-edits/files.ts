import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { and, eq, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { type Database, inOrganization, only, queryMany, type Transaction } from '../client.ts';
import { fileChunks, files } from '../schema/mass-edits.ts';

/** The size of a stored chunk. A file of 256 MiB is 256 rows, and a process can hold many chunks at once. */
export const CHUNK_BYTES = 1024 * 1024;

/**
 * Creates an empty file of this organization and returns its id. Without a mass edit that points at it, it is deleted.
 */
export async function createFile(tx: Transaction, organizationId: string): Promise<number> {
  return only(await tx.insert(files).values({ organizationId }).returning({ id: files.id })).id;
}

/**
 * Stores one chunk in a transaction of its own, so that a slow upload keeps no transaction open while it waits for
 * bytes. The chunk is stored deflated. A CSV shrinks to a quarter, and deflating takes less time than sending, logging
 * and reading the rest.
 *
 * @param chunk `number` counts from 0 without gaps; `bytes` are at most `CHUNK_BYTES`
 * @throws if the number is stored already
 */
export async function appendChunk(
  db: Database,
  organizationId: string,
  chunk: { fileId: number; number: number; bytes: Uint8Array },
): Promise<void> {
  const bytes = await deflate(chunk.bytes, { level: FASTEST });
  await inOrganization(db, organizationId, (tx) =>
    tx.insert(fileChunks).values({ ...chunk, organizationId, bytes, deflated: true }),
  );
}

/** The better levels take three times as long for a fifth less. */
const FASTEST = 1;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/**
 * Reads a file as it was uploaded, chunk by chunk. Each chunk is read in a short transaction, so a slow reader keeps no
 * transaction open. Fetches and inflates one chunk ahead. Yields no bytes if the file does not exist. Callers must
 * compare the byte count with the stored size.
 */
export async function* readFile(db: Database, organizationId: string, fileId: number): AsyncGenerator<Uint8Array> {
  const fetch = async (number: number): Promise<Uint8Array | undefined> => {
    const [chunk] = await inOrganization(db, organizationId, (tx) =>
      tx
        .select({ bytes: fileChunks.bytes, deflated: fileChunks.deflated })
        .from(fileChunks)
        .where(and(eq(fileChunks.fileId, fileId), eq(fileChunks.number, number))),
    );
    return chunk?.deflated ? inflate(chunk.bytes, { maxOutputLength: CHUNK_BYTES }) : chunk?.bytes;
  };
  let ahead = fetch(0);
  for (let number = 1; ; number++) {
    const bytes = await ahead;
    if (bytes === undefined) return;
    ahead = fetch(number);
    // The reader that takes the chunk gets the error. A reader that stops early never takes it.
    ahead.catch(() => {});
    yield bytes;
  }
}

/**
 * Deletes a file with all its chunks. A file that does not exist is no error. Throws if a mass edit points at the file.
 */
export async function deleteFile(tx: Transaction, fileId: number): Promise<void> {
  await tx.delete(files).where(eq(files.id, fileId));
}

/**
 * Deletes the bytes of a file that is no CSV. The mass edit keeps its name, size and digest. Does nothing for any other
 * file; a second run does nothing.
 */
export async function dropUnlessCsv(tx: Transaction, edit: Pick<ClaimedMassEdit, 'id' | 'fileId'>): Promise<void> {
  await tx.execute(sql`with dropped as (
      update mass_edits set file_kept = false where id = ${edit.id} and file_kept
        and exists (select from findings where mass_edit_id = ${edit.id} and code = 'NOT_CSV') returning 1
    ) delete from file_chunks where file_id = ${edit.fileId} and exists (select from dropped)`);
}

/**
 * Files of this organization that no mass edit points at. An upload left them when its process ended before it could
 * clean up. A file younger than an hour may still be uploading; no upload may take that long.
 */
export async function orphanedFiles(tx: Transaction): Promise<number[]> {
  const found = await queryMany<{ id: number }>(
    tx,
    sql`select f.id from files f where f.created_at < now() - interval '1 hour'
        and not exists (select from mass_edits m where m.file_id = f.id) order by f.id`,
  );
  return found.map(({ id }) => id);
}
