import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { watchCommits } from './pg-commits.ts';

/** A proxy between a child and a server that can break the connection. */
export type Line = {
  port: number;
  /** Tears all connections. */
  cut: () => void;
  /**
   * Drops all bytes in both directions for this long, without an error. Then it tears the near side, and the far side
   * later.
   */
  halfOpen: (ms: number, farMs: number) => Promise<void>;
  /** Delays each piece by `delayMs`, for `ms`. */
  slow: (delayMs: number, ms: number) => Promise<void>;
  /** Forwards the next COMMIT of a transaction that wrote, and tears the connection before its answer. */
  loseNextCommit: () => { lost: Promise<void>; callOff: () => void };
  close: () => void;
};

type Link = { near: Socket; far: Socket; left: boolean; commits: (bytes: Buffer) => boolean; committing: boolean };
type Wish = { lost: () => void };

/** Listens on a free port until it is closed, and forwards everything to another port. */
export async function startProxy(targetPort: number, speaks: 'postgres' | 'other'): Promise<Line> {
  const links = new Set<Link>();
  let delayMs = 0;
  let isHeld = false;
  let wish: Wish | null = null;

  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const commits = speaks === 'postgres' ? watchCommits() : () => false;
    const link: Link = { near, far, left: false, commits, committing: false };
    links.add(link);
    if (isHeld) hold(link);
    const [toFar, toNear] = [inOrder(far, () => delayMs), inOrder(near, () => delayMs)];
    near.on('data', (bytes: Buffer) => {
      if (link.commits(bytes) && wish) link.committing = true;
      toFar(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (link.committing && wish) loseAnswer(link);
      else toNear(bytes);
    });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => {}); // 'close' follows
    }
    near.on('close', () => link.left || end(link));
    far.on('close', () => end(link));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));

  function end(link: Link): void {
    link.near.destroy();
    link.far.destroy();
    links.delete(link);
  }
  function hold({ near, far }: Link): void {
    near.pause();
    far.pause();
  }
  /** The server has answered, so the commit is done. The client never gets the answer. */
  function loseAnswer(link: Link): void {
    end(link);
    const { lost } = wish as Wish;
    wish = null;
    lost();
  }
  const cut = (): void => {
    for (const link of links) end(link);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    halfOpen: async (ms, farMs) => {
      isHeld = true;
      for (const link of links) hold(link);
      await pause(ms);
      isHeld = false;
      const held = [...links];
      for (const link of held) {
        link.left = true;
        link.near.destroy();
      }
      await pause(farMs);
      for (const link of held) end(link);
    },
    slow: async (each, ms) => {
      delayMs = each;
      await pause(ms);
      delayMs = 0;
    },
    loseNextCommit: () => {
      const lost = new Promise<void>((resolve) => {
        wish = { lost: resolve };
      });
      return {
        lost,
        callOff: () => {
          wish = null;
        },
      };
    },
    close: () => {
      server.close();
      cut();
    },
  };
}

/** Writes the bytes in order, each piece after the delay. Writes at once if there is no delay and no pending piece. */
function inOrder(to: Socket, delayMs: () => number): (bytes: Buffer) => void {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (bytes) => {
    if (waiting === 0 && delayMs() === 0) {
      to.write(bytes);
      return;
    }
    waiting++;
    last = last
      .then(() => pause(delayMs()))
      .then(() => {
        waiting--;
        if (!to.destroyed) to.write(bytes);
      });
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
