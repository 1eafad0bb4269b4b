import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

/** An open answer of server-sent events. */
export type EventStream = {
  /** Sends a block, made by `eventBlock`. One that the next one replaces is left out where the last ones still wait. */
  send: (block: Buffer, options?: { replaceable: boolean }) => void;
  /** Shows proxies, and us, that somebody is still there. To be called at intervals. */
  heartbeat: () => void;
  end: () => void;
  onClose: (callback: () => void) => void;
};

/** An event as it goes over the wire. Many streams are sent the same buffer: what waits in a slow one costs nothing more. */
export function eventBlock(event: { id: string; name: string; data: string }): Buffer {
  return Buffer.from(`id: ${event.id}\nevent: ${event.name}\ndata: ${event.data}\n\n`);
}

const HEADERS = {
  'content-type': 'text/event-stream',
  // Nobody between us and the page is to keep it, or keep it back in order to compress it.
  'cache-control': 'no-store, no-transform',
  // The same for nginx, which keeps back whatever it is not told to let through.
  'x-accel-buffering': 'no',
};
/** A page asks again so long after a break, in milliseconds: soon, and not all at the instant that the API is back. */
const OPENING = Buffer.from('retry: 2000\n\n');
const HEARTBEAT = Buffer.from(':\n\n');
/** Several of the largest mass edits (a reading of 500 columns is 200 KB): whoever lets more than that wait is not reading. */
const MAX_WAITING_BYTES = 1 << 20;

/**
 * Answers with an open stream; the reply is taken out of Fastify's hands. Who does not read is dropped, where more than
 * MAX_WAITING_BYTES wait or none went out between two beats: a page that is dropped comes back for a snapshot.
 */
export function openEventStream(reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  // The connection ends with the stream: a server that stops need not wait for it.
  raw.shouldKeepAlive = false;
  // A connection that breaks is no fault; `close` follows.
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
    heartbeat: () => {
      const waiting = raw.writableLength;
      // Whatever is added to what waits: only what goes out counts.
      const taken = given - waiting;
      if (waiting > 0 && taken <= takenBefore) raw.destroy();
      else if (waiting === 0 && isOpen()) write(HEARTBEAT);
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
