import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/**
 * Writes a file to the disk and gives it to `work` in pieces. Making a line costs more than sending it, and would count
 * in every measurement. The file can be read any number of times, also at once.
 */
export async function withTempFile<T>(csv: Iterable<string>, work: (csv: Iterable<string>) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'mass-edit-spool-'));
  const path = join(directory, 'file.csv');
  try {
    for (const piece of csv) writeFileSync(path, piece, { flag: 'a' });
    return await work({ [Symbol.iterator]: () => piecesOf(path) });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const PIECE_BYTES = 64 * 1024;

function* piecesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  const decoder = new StringDecoder('utf8');
  const bytes = Buffer.alloc(PIECE_BYTES);
  try {
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) {
      yield decoder.write(bytes.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
