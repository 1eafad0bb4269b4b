import { createHash } from 'node:crypto';
import { type Database, inOrganization } from '../../../db/client.ts';
import { appendChunk, CHUNK_BYTES, createFile, deleteFile } from '../../../db/mass-edits/files.ts';
import { throwProblem } from '../../problems.ts';

export type UploadSink = {
  /** Takes the next bytes, of any number. Refuses (`file_too_large`) above the limit. */
  write(bytes: Uint8Array): Promise<void>;
  /** Stores the rest; refuses (`empty_file`) if there were no bytes. */
  finish(): Promise<{ fileId: number | null; sizeBytes: number; sha256: Buffer }>;
  /** Deletes all that was stored. */
  discard(): Promise<void>;
};

/**
 * Counts, digests and stores the bytes of an upload chunk by chunk as they come. So memory stays flat, and no
 * transaction is open while a slow client sends.
 *
 * @param keep false if the bytes are only compared with an upload that is stored already: then `fileId` is null
 */
export function openUploadSink(
  db: Database,
  upload: { organizationId: string; maxBytes: number; keep: boolean },
): UploadSink {
  const { organizationId, maxBytes, keep } = upload;
  const hash = createHash('sha256');
  let fileId: number | null = null;
  let sizeBytes = 0;
  let number = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let storing: Promise<void> = Promise.resolve();

  /** Starts to store a chunk when the chunk before is stored. The next chunk arrives meanwhile. */
  async function store(bytes: Uint8Array): Promise<void> {
    if (!keep) return;
    await storing;
    fileId ??= await inOrganization(db, organizationId, (tx) => createFile(tx, organizationId));
    storing = appendChunk(db, organizationId, { fileId, number: number++, bytes });
    // The next `store`, or `finish`, gets the error.
    storing.catch(() => {});
  }

  return {
    async write(bytes) {
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) throwProblem('file_too_large', tooLarge(maxBytes), { maxBytes });
      hash.update(bytes);
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes < CHUNK_BYTES) return;
      const whole = Buffer.concat(waiting);
      let at = 0;
      for (; whole.length - at >= CHUNK_BYTES; at += CHUNK_BYTES) await store(whole.subarray(at, at + CHUNK_BYTES));
      waiting = [whole.subarray(at)];
      waitingBytes = whole.length - at;
    },
    async finish() {
      if (sizeBytes === 0) throwProblem('empty_file', 'The file has no bytes. Nothing was started.');
      if (waitingBytes > 0) await store(Buffer.concat(waiting));
      await storing;
      return { fileId, sizeBytes, sha256: hash.digest() };
    },
    async discard() {
      await storing.catch(() => {});
      const stored = fileId;
      if (stored !== null) await inOrganization(db, organizationId, (tx) => deleteFile(tx, stored));
    },
  };
}

/** The sentence of `file_too_large`. */
export const tooLarge = (maxBytes: number): string =>
  `The file is larger than ${maxBytes} bytes, the most that is taken. Nothing was started; split it into several files.`;
