import type postgres from 'postgres';
import { onTestFinished } from 'vitest';

/**
 * Holds a person as another transaction does, so that the stage that is to write them stands still in the middle of its
 * work for as long as somebody has to look. Gives what lets go; whoever forgets to is let go when the test has finished.
 */
export async function holdPerson(
  sql: postgres.Sql,
  organizationId: string,
  email: string,
): Promise<() => Promise<void>> {
  const connection = await sql.reserve();
  await connection`begin`;
  const held =
    await connection`select from users where organization_id = ${organizationId} and email = ${email} for update`;
  if (held.length !== 1) throw new Error(`Nobody to hold: ${email}`);
  let holds = true;
  const letGo = async (): Promise<void> => {
    if (!holds) return;
    holds = false;
    await connection`rollback`;
    connection.release();
  };
  onTestFinished(letGo);
  return letGo;
}
