import { sql } from 'drizzle-orm';
import type { MassEditRef } from '../../workflows/contract.ts';
import type { Database, Transaction } from '../client.ts';

export type ChangeListener = {
  /** The mass edit with this public id was changed, by any process. */
  changed: (massEditId: string) => void;
  /** Notifications arrive from now on. Changes before this, or while the connection was lost, were not notified. */
  listening: () => void;
};

/** As the triggers of db/migrations name it. */
const CHANNEL = 'mass_edit_changed';

/**
 * Listens for notifications of changed mass edits, on a connection of its own beside the pool. If the connection is
 * lost, the driver listens again as long as the pool is open, and `listening` is called again.
 *
 * @throws a driver error if the first try fails; the driver tries again all the same
 */
export async function listenForChanges(db: Database, { changed, listening }: ChangeListener): Promise<void> {
  await db.$client.listen(
    CHANNEL,
    (payload) => {
      const [, massEditId] = payload.split(' ');
      if (massEditId !== undefined) changed(massEditId);
    },
    listening,
  );
}

/**
 * Part of a `select` that turns off the triggers' notifications in this transaction. The caller calls `notifyChange`
 * after the commit. Transactions that notify are committed one after the other, each with its wait for the disk.
 */
export const MUTE_NOTIFICATIONS = sql`set_config('app.told_afterwards', 'on', true)`;

/** As `MUTE_NOTIFICATIONS`, in a statement of its own. */
export async function muteNotifications(tx: Transaction): Promise<void> {
  await tx.execute(sql`select ${MUTE_NOTIFICATIONS}`);
}

/**
 * Notifies the listeners of all processes that a mass edit changed. The transaction writes nothing and waits for no
 * disk.
 */
export async function notifyChange(db: Database, { organizationId, massEditId }: MassEditRef): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNEL}, ${`${organizationId} ${massEditId}`})`);
}
