import { Agent, get, type IncomingMessage } from 'node:http';
import { until } from './until.ts';

/** An event with its data parsed as JSON. */
export type SeenEvent = {
  id: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads events of any shape
  data: any;
};
export type Listener = {
  status: number;
  headers: IncomingMessage['headers'];
  /** All events so far except heartbeats, in the order they came. */
  events: SeenEvent[];
  heartbeats: SeenEvent[];
  /** How many blocks were comments. */
  comments: () => number;
  /** The first event of this name. Waits if there is none yet. */
  first: (name: string) => Promise<SeenEvent>;
  hasEnded: () => boolean;
  /** Waits until the server ends the stream. */
  ended: () => Promise<void>;
  close: () => void;
};

/** As many connections as there are listeners. */
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

/** Opens a stream of events over a connection of its own. Returns it when the headers have arrived. */
export function listenTo(url: string, headers: Record<string, string>): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { accept: 'text/event-stream', ...headers } }, (answer) => {
      const events: SeenEvent[] = [];
      const heartbeats: SeenEvent[] = [];
      let comments = 0;
      let ended = false;
      let rest = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = eventOf(block);
          if (event) (event.name === 'heartbeat' ? heartbeats : events).push(event);
          else if (block === ':') comments++;
        }
      });
      answer.on('error', () => {}); // a broken stream has ended
      answer.on('close', () => {
        ended = true;
      });
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        events,
        heartbeats,
        comments: () => comments,
        first: (name) => until(`an event ${name}`, async () => events.find((event) => event.name === name)),
        hasEnded: () => ended,
        ended: async () => void (await until('the end of the stream', async () => ended)),
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });
}

/** Null for a comment, and for a block that is not an event. */
function eventOf(block: string): SeenEvent | null {
  const fields = new Map(block.split('\n').map((line): [string, string] => [line.split(':', 1)[0]!, afterColon(line)]));
  const data = fields.get('data');
  if (data === undefined) return null;
  return { id: fields.get('id') ?? '', name: fields.get('event') ?? 'message', data: JSON.parse(data) };
}

const afterColon = (line: string): string => line.slice(line.indexOf(':') + 1).trimStart();
