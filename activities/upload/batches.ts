import type { FileRow } from '../../rules/rows/parsed-row.ts';

/** A chunk of long rows has fewer rows: an operation on a whole chunk must not take long. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

/** Groups rows into chunks of `size` rows or of CHUNK_BYTES. */
export async function* inChunks(size: number, batches: AsyncIterable<FileRow[]>): AsyncGenerator<FileRow[]> {
  let chunk: FileRow[] = [];
  let bytes = 0;
  for await (const rows of batches) {
    for (const row of rows) {
      bytes += row.bytes ?? 0;
      if (chunk.push(row) < size && bytes < CHUNK_BYTES) continue;
      yield chunk;
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}
