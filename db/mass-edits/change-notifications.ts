import { sql } from 'drizzle-orm';
import type { MassEditRef } from '../../workflows/contract.ts';
import type { Database, Transaction } from '../client.ts';

export type ChangeListener = {
  /** The mass edit with this public id was changed, by whatever process. */
  changed: (massEditId: string) => void;
  /** Notices come in from now on; of what changed before, or while the connection was lost, there was none. */
  listening: () => void;
};

/** As the triggers of db/migrations name it. */
const CHANNEL = 'mass_edit_changed';

/**
 * Listens to the notices that tell of changes of mass edits, on one connection of its own beside the pool. When that is lost
 * the driver listens again, for as long as the pool is there, and `listening` is called once more.
 *
 * @throws a driver error where the first try fails; it is repeated all the same
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
 * Part of a `select` that turns off the triggers' notices in this transaction. The caller calls `notifyChange` after the
 * commit: transactions that notify are committed one after the other, with their waits for the disk.
 */
export const MUTE_NOTIFICATIONS = sql`set_config('app.told_afterwards', 'on', true)`;

/** As `MUTE_NOTIFICATIONS`, by a statement of its own. */
export async function muteNotifications(tx: Transaction): Promise<void> {
  await tx.execute(sql`select ${MUTE_NOTIFICATIONS}`);
}

/** Tells the listeners of all processes that a mass edit changed. The transaction writes nothing and waits for no disk. */
export async function notifyChange(db: Database, { organizationId, massEditId }: MassEditRef): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNEL}, ${`${organizationId} ${massEditId}`})`);
}
