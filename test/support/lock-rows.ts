import type postgres from 'postgres';
import { onTestFinished } from 'vitest';

/** Ends the lock. A second call does nothing. It is called when the test has finished. */
export type Unlock = () => Promise<void>;

/**
 * Locks a user as another transaction does, so that the stage that writes the user waits in the middle of its work.
 *
 * @throws if the organization has no such user
 */
export const lockUser = (sql: postgres.Sql, organizationId: string, email: string): Promise<Unlock> =>
  hold(sql, async (connection) => {
    const held =
      await connection`select from users where organization_id = ${organizationId} and email = ${email} for update`;
    if (held.length !== 1) throw new Error(`No user to hold: ${email}`);
  });

/**
 * Inserts an unused email in a transaction that stays open. The stage that creates the user with this email waits until
 * it knows whether the email is taken. After the release the email is free.
 */
export const lockEmail = (sql: postgres.Sql, organizationId: string, email: string): Promise<Unlock> =>
  hold(sql, async (connection) => {
    await connection`insert into users (organization_id, email, first_name) values (${organizationId}, ${email}, 'Held')`;
  });

async function hold(sql: postgres.Sql, lock: (connection: postgres.Sql) => Promise<void>): Promise<Unlock> {
  const connection = await sql.reserve();
  let holds = true;
  const letGo: Unlock = async () => {
    if (!holds) return;
    holds = false;
    await connection`rollback`;
    connection.release();
  };
  onTestFinished(letGo);
  await connection`begin`;
  await lock(connection);
  return letGo;
}
