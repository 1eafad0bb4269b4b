import type { OpenFile } from '../../csv/user-file/file-format.ts';

export const LIMITS = { maxRows: 1000, maxColumns: 20, maxCellCharacters: 100 };

/** A file whose bytes arrive in pieces of the given sizes, repeated. */
export const inPieces = (content: string | Buffer, sizes: readonly number[] = [1 << 20]): OpenFile => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return async function* () {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
};

export const collect = async <T>(items: AsyncIterable<T[]>): Promise<T[]> => {
  const all: T[] = [];
  for await (const some of items) all.push(...some);
  return all;
};
