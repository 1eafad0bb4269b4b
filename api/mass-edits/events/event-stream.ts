import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

/** An open response of server-sent events. */
export type EventStream = {
  /** Sends a block of `eventBlock`. A replaceable block is left out if earlier ones still wait. */
  send: (block: Buffer, options?: { replaceable: boolean }) => void;
  /**
   * Shows clients, proxies and us that the other side is still there. Must be called at intervals.
   *
   * @param upToDate whether the client has all changes until now; by default it has
   */
  heartbeat: (upToDate?: boolean) => void;
  end: () => void;
  onClose: (callback: () => void) => void;
};

/**
 * An event in its format on the wire. Streams share one buffer, so what waits in a slow stream takes no more memory.
 */
export function eventBlock(event: { id: string; name: string; data: string }): Buffer {
  return Buffer.from(`id: ${event.id}\nevent: ${event.name}\ndata: ${event.data}\n\n`);
}

const HEADERS = {
  'content-type': 'text/event-stream',
  // No cache or proxy on the way may store the stream, or hold it back to compress it.
  'cache-control': 'no-store, no-transform',
  // The same for nginx, which otherwise buffers the answer.
  'x-accel-buffering': 'no',
};
/** A page reconnects after so many milliseconds: soon, but not all pages at the instant that the API is back. */
const OPENING = Buffer.from('retry: 2000\n\n');
/**
 * The client has all changes until now. The event has no id, so `Last-Event-ID` stays the id of the last change.
 */
export const HEARTBEAT = Buffer.from('event: heartbeat\ndata: {}\n\n');
/** Only keeps the connection open. An EventSource does not show it to its page. */
const COMMENT = Buffer.from(':\n\n');
/**
 * Several of the largest mass edits (the format of 500 columns is 200 KB). A client with more bytes waiting does not
 * read.
 */
const MAX_WAITING_BYTES = 1 << 20;

/**
 * Answers with an open stream and takes the reply out of Fastify's hands. A client that does not read is dropped: if
 * more than MAX_WAITING_BYTES wait, or if no waiting byte went out between two heartbeats. The page then reconnects and
 * gets a snapshot.
 */
export function openEventStream(reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  // The connection ends with the stream, so a server that stops need not wait for it.
  raw.shouldKeepAlive = false;
  // A broken connection is no fault; `close` follows.
  raw.on('error', () => {});
  raw.writeHead(200, reply.headers(HEADERS).getHeaders() as OutgoingHttpHeaders);
  raw.write(OPENING);
  let given = 0;
  let takenBefore = 0;
  const write = (block: Buffer): void => {
    given += block.length;
    raw.write(block);
  };
  const isOpen = (): boolean => !raw.destroyed && !raw.writableEnded;
  return {
    send: (block, { replaceable } = { replaceable: false }) => {
      if (!isOpen() || (replaceable && raw.writableNeedDrain)) return;
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
      else write(block);
    },
    heartbeat: (upToDate = true) => {
      const waiting = raw.writableLength;
      // Counts the bytes that went out, not those that were added to the queue.
      const taken = given - waiting;
      if (waiting > 0 && taken <= takenBefore) raw.destroy();
      else if (waiting === 0 && isOpen()) write(upToDate ? HEARTBEAT : COMMENT);
      takenBefore = taken;
    },
    end: () => {
      if (isOpen()) raw.end();
    },
    onClose: (callback) => {
      if (raw.destroyed) callback();
      else raw.once('close', callback);
    },
  };
}
