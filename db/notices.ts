import type { Database } from './client.ts';

export type NoticeListener = {
  /** The mass edit with this public id was changed, by whatever process. */
  changed: (massEditId: string) => void;
  /** Notices come in from now on; of what changed before, or while the connection was lost, there was none. */
  listening: () => void;
};

/** As the triggers of db/migrations name it. */
const CHANNEL = 'mass_edit_changed';

/**
 * Listens to the triggers that tell of every change of a mass edit, on one connection of its own beside the pool. When
 * that is lost the driver listens again, for as long as the pool is there, and `listening` is called once more.
 *
 * @throws a driver error where the first try fails; it is repeated all the same
 */
export async function listenForChanges(db: Database, { changed, listening }: NoticeListener): Promise<void> {
  await db.$client.listen(
    CHANNEL,
    (payload) => {
      const [, massEditId] = payload.split(' ');
      if (massEditId !== undefined) changed(massEditId);
    },
    listening,
  );
}
