import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { watchCommits } from './pg-commits.ts';
import { type Line, startProxy } from './proxy.ts';

/** A message of PostgreSQL's protocol: its letter (none for the first of a connection), its length, its texts. */
function message(letter: string, ...texts: string[]): Buffer {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), length, body]);
}
const STARTUP = message('', 'user', 'someone', '');

describe('the detector of commits', () => {
  it('finds a COMMIT that is bound as a prepared statement after a write', () => {
    const commits = watchCommits();
    expect(commits(STARTUP)).toBe(false);
    expect(commits(message('P', 's1', 'update users set version = version', ''))).toBe(false);
    expect(commits(message('P', 's2', 'commit', ''))).toBe(false);
    expect(commits(message('B', '', 's2', ''))).toBe(false);
    expect(commits(message('B', '', 's1', ''))).toBe(false);
    expect(commits(message('B', '', 's2', ''))).toBe(true);
    expect(commits(message('B', '', 's2', ''))).toBe(false);
  });

  it('reads messages in pieces of any size', () => {
    const all = Buffer.concat([STARTUP, message('Q', 'insert into a values (1)'), message('Q', 'commit')]);
    const commits = watchCommits();
    const found = [...all].map((byte) => commits(Buffer.of(byte)));
    expect(found.filter(Boolean)).toHaveLength(1);
    expect(found.at(-1)).toBe(true);
  });
});

describe('the proxy', () => {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const last of undo.splice(0).reverse()) last();
  });

  /** A server that echoes each piece, and a client. */
  async function echo(
    speaks: 'postgres' | 'other',
  ): Promise<{ line: Line; near: Socket; heard: Buffer[]; said: () => Buffer }> {
    const arrived: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        arrived.push(bytes);
        socket.write(bytes);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line = await startProxy((server.address() as AddressInfo).port, speaks);
    const near = connect(line.port, '127.0.0.1');
    near.on('error', () => {});
    undo.push(
      () => server.close(),
      line.close,
      () => near.destroy(),
    );
    const heard: Buffer[] = [];
    near.on('data', (bytes) => heard.push(bytes));
    return { line, near, heard, said: () => Buffer.concat(arrived) };
  }

  it('forwards everything in order, however slow it is', async () => {
    const { line, near, heard } = await echo('other');
    const slow = line.slow(20, 200);
    near.write('one ');
    await until('the first', async () => heard.length > 0);
    near.write('two ');
    await slow;
    near.write('three');
    await until('all', async () => String(Buffer.concat(heard)) === 'one two three');
  });

  it('forwards a COMMIT and tears the connection before the answer', async () => {
    const { line, near, heard, said } = await echo('postgres');
    const written = Buffer.concat([STARTUP, message('Q', 'delete from a')]);
    near.write(written);
    await until('the answer', async () => Buffer.concat(heard).length === written.length);
    const { lost } = line.loseNextCommit();
    near.write(message('Q', 'commit'));
    await lost;
    await until('the end', async () => near.destroyed);
    expect(said().toString()).toContain('commit');
    expect(Buffer.concat(heard).toString()).not.toContain('commit');
  });

  it('forwards nothing while it is half open, and then tears the connection', async () => {
    const { line, near, heard } = await echo('other');
    near.write('heard');
    await until('the answer', async () => heard.length > 0);
    const over = line.halfOpen(150, 0);
    near.write('never heard');
    await over;
    await until('the end', async () => near.destroyed);
    expect(Buffer.concat(heard).toString()).toBe('heard');
  });
});
