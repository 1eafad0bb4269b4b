/** The first bytes of a stream, and the rest. A caller that does not read `rest` to its end must return it. */
export type Peeked<Piece extends Uint8Array> = { head: Buffer; rest: AsyncGenerator<Piece>; isWhole: boolean };

/** Reads pieces until they are `bytes` long together, or the stream ends. */
export const peek = async <Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece>,
  bytes: number,
): Promise<Peeked<Piece>> => {
  const iterator = pieces[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < bytes && !isWhole) {
    const next = await iterator.next();
    if (next.done) isWhole = true;
    else {
      head.push(next.value);
      length += next.value.length;
    }
  }
  return { head: Buffer.concat(head), rest: following(iterator), isWhole };
};

async function* following<Piece>(iterator: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
