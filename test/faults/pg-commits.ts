/** PostgreSQL's messages begin with a letter and their length. The first message of a connection has no letter. */
const LENGTH_BYTES = 4;
const WRITES = /\b(?:insert|update|delete)\b/i;

/**
 * Reads the bytes from a client to PostgreSQL and returns, for each piece, whether it has the COMMIT of a transaction
 * that wrote. The driver prepares statements and then names them, so the names are stored with their texts.
 */
export function watchCommits(): (bytes: Buffer) => boolean {
  const statements = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  let wrote = false;

  function isCommit(type: string, body: Buffer): boolean {
    const text = textOf(type, body);
    if (text === undefined) return false;
    if (WRITES.test(text)) wrote = true;
    const ends = /^\s*(?:commit|rollback)/i.exec(text)?.[0].trim().toLowerCase();
    if (!ends) return false;
    const counts = wrote && ends === 'commit';
    wrote = false;
    return counts;
  }

  /** The statement of a message: the text of a simple query, or the text behind the name of a bound one. */
  function textOf(type: string, body: Buffer): string | undefined {
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2);
    if (type === 'Q') return first;
    if (type === 'P') statements.set(first, second);
    return type === 'B' ? statements.get(second) : undefined;
  }

  return (bytes) => {
    let found = false;
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (;;) {
      const head = isStarted ? 1 : 0;
      if (rest.length < head + LENGTH_BYTES) return found;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return found;
      if (isStarted && isCommit(String.fromCharCode(rest[0] ?? 0), rest.subarray(head + LENGTH_BYTES, end)))
        found = true;
      isStarted = true;
      rest = rest.subarray(end);
    }
  };
}
