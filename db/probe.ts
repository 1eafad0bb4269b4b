import postgres from 'postgres';
import { withTimeout } from './with-timeout.ts';

/** A server that answers does so within milliseconds, also under load. */
const PATIENCE_MS = 1_000;
/**
 * A connection that is silent for so long is closed. If its peer is gone, the system notices it only after 15 minutes.
 */
const GIVE_UP_MS = 10_000;

/**
 * Asks PostgreSQL whether it answers, over a connection of its own. The connections of a pool may be in use, or wait
 * for a silent server. There is one question at a time. A silent server gets no second question until it has answered
 * the first, or until the connection is closed.
 */
export class DatabaseProbe {
  readonly #connect: () => postgres.Sql;
  #client: postgres.Sql;
  #asked: { at: number; answer: Promise<postgres.RowList<postgres.Row[]> | null> } | null = null;
  #closed = false;

  constructor(url: string, applicationName: string) {
    this.#connect = () =>
      postgres(url, {
        max: 1,
        // A server that accepts the connection and then sends nothing does not answer either.
        connect_timeout: PATIENCE_MS / 1000,
        onnotice: () => {},
        connection: { application_name: applicationName },
      });
    this.#client = this.#connect();
  }

  /** The rows of a statement, always the same one; null if PostgreSQL does not answer within a second. Never throws. */
  async ask(statement = 'select 1', values: string[] = []): Promise<Record<string, unknown>[] | null> {
    if (this.#closed) return null;
    if (this.#asked && performance.now() - this.#asked.at > GIVE_UP_MS) this.#giveUp();
    if (!this.#asked) {
      const answer = this.#client.unsafe(statement, values).then(
        (rows) => rows,
        () => null,
      );
      const asked = { at: performance.now(), answer };
      this.#asked = asked;
      void answer.then(() => {
        if (this.#asked === asked) this.#asked = null;
      });
    }
    return withTimeout(PATIENCE_MS, this.#asked.answer);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client.end({ timeout: 0 });
  }

  #giveUp(): void {
    void this.#client.end({ timeout: 0 });
    this.#client = this.#connect();
    this.#asked = null;
  }
}
