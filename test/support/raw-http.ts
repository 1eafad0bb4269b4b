import { connect } from 'node:net';

export type RawAnswer = { status: number; head: string; body: string };

/**
 * Sends bytes over a socket unchanged and returns the answer. Afterwards it closes the sending side (`half`), destroys
 * the connection (`tear`), or keeps it open until the server has answered (`wait`).
 */
export function sendRaw(
  port: number,
  request: { head: string[]; body: Buffer; ending: 'half' | 'tear' | 'wait' },
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const answer = (): RawAnswer => {
      const text = Buffer.concat(chunks).toString();
      const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
      const [, length = '0'] = /^content-length: (\d+)/im.exec(text) ?? [];
      const from = text.indexOf('\r\n\r\n') + 4;
      return { status: Number(status), head: text.slice(0, from), body: text.slice(from, from + Number(length)) };
    };
    socket.on('error', () => {}); // some tests destroy the connection on purpose
    socket.on('close', () => resolve(answer()));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (request.ending === 'wait') socket.end();
    });
    const head = `${[...request.head, 'Host: test', '', ''].join('\r\n')}`;
    socket.write(Buffer.concat([Buffer.from(head), request.body]), () => {
      if (request.ending === 'half') socket.end();
      if (request.ending === 'tear') socket.destroy();
    });
  });
}
