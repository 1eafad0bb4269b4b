import { connect } from 'node:net';
import type postgres from 'postgres';
import { RateLimits } from '../../api/rate-limits.ts';
import { ownQueue } from './mass-edit.ts';
import { MANY_AT_ONCE, startApi, type TestApi, tokenFor } from './mass-edit-api.ts';
import { openDatabase } from './organization.ts';
import type { OwnDatabase } from './own-database.ts';
import { addUser } from './people.ts';
import type { Writing } from './writings.ts';

/** A user of their own with one token, and the headers to call with. */
export type Who = { user: number; token: number; headers: string[] };
export type CallsBy = 'token' | 'session';
type Sent = { rest(): void; answer: Promise<{ status: number; body: string }> };

export type Callers = {
  sql: postgres.Sql;
  api: TestApi;
  /** A new user with a token of this role. The user is an admin if the role is admin. */
  newCaller(organizationId: string, by?: CallsBy, role?: 'editor' | 'admin'): Promise<Who>;
  /** Sends the head of a request and half of its body. */
  sendHalf(writing: Omit<Writing, 'organizationId'>, who: Who): Sent;
  send(writing: Omit<Writing, 'organizationId'>, who: Who): Sent['answer'];
  /** How many requests wait for a lock of the database. */
  waiting(): Promise<number>;
  close(): Promise<void>;
};

/**
 * An API with callers. A test takes away their authority while their requests are under way. The database is its own:
 * reconcilers of other tests would repair the mass edits, which have no workflow.
 */
export async function startCallers({ superuserUrl, apiUrl }: OwnDatabase): Promise<Callers> {
  const applicationName = `callers ${process.pid}`;
  const sql = openDatabase(superuserUrl);
  const many = { requests: 1e6, organization: 1e6, signIns: 1e6, answers: 1e6, uploads: 1e6 };
  const api = await startApi({
    taskQueue: ownQueue('callers'),
    databaseUrl: apiUrl,
    applicationName,
    concurrencyLimits: MANY_AT_ONCE,
    rateLimits: new RateLimits(many),
  });
  let users = 0;

  async function signIn(token: string): Promise<string[]> {
    const answer = await fetch(`${api.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (answer.status !== 200) throw new Error(`No session: ${await answer.text()}`);
    return [`Cookie: ${answer.headers.get('set-cookie')!.split(';')[0]}`, 'X-Mass-Edit-Page: 1'];
  }

  function sendHalf({ operation, path, type, body = '' }: Omit<Writing, 'organizationId'>, { headers }: Who): Sent {
    const bytes = Buffer.from(body);
    const half = Math.floor(bytes.length / 2);
    const socket = connect(api.port, '127.0.0.1');
    const head = [
      `${operation.split(' ')[0]} ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      ...headers,
      ...(type ? [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`] : []),
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(bytes.subarray(0, half));
    const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', reject);
      socket.on('close', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4) });
      });
    });
    return { rest: () => socket.write(bytes.subarray(half)), answer };
  }

  return {
    sql,
    api,
    sendHalf,
    newCaller: async (organizationId, by = 'token', role = 'admin') => {
      const user = await addUser(sql, organizationId, { email: `caller${++users}@example.com` });
      await sql`update users set role = ${role === 'admin' ? 'admin' : 'user'} where id = ${user.key}`;
      const token = await tokenFor(sql, { id: organizationId, uploader: user.key, attributes: {} }, role);
      const [row] = await sql<{ id: number }[]>`select id from tokens where user_id = ${user.key}`;
      const headers = by === 'token' ? [`Authorization: Bearer ${token}`] : await signIn(token);
      return { user: user.key, token: row!.id, headers };
    },
    send: (writing, who) => {
      const { rest, answer } = sendHalf(writing, who);
      rest();
      return answer;
    },
    waiting: async () =>
      (
        await sql`select 1 from pg_stat_activity where application_name = ${applicationName} and wait_event_type = 'Lock'`
      ).length,
    close: async () => {
      await api.close();
      await sql.end();
    },
  };
}

/** Opens a transaction in which `work` locks or changes rows that requests then wait for. */
export async function begin(
  sql: postgres.Sql,
  work: (connection: postgres.Sql) => Promise<unknown>,
): Promise<{ connection: postgres.Sql; end: (how: 'commit' | 'rollback') => Promise<void> }> {
  const connection = await sql.reserve();
  await connection`begin`;
  await work(connection);
  const end = async (how: 'commit' | 'rollback'): Promise<void> => {
    await connection.unsafe(how);
    connection.release();
  };
  return { connection, end };
}
