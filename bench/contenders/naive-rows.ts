import { lt } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type Imported, idOf, type Known, knownIn, segmentKey, type User, usersIn, valuesOf } from './naive-file.ts';
import { segments, users, writeValues } from './naive-tables.ts';

/**
 * The usual first version: an upsert of the user and one of the values for each row, each committed by itself. The
 * managers follow when all users exist.
 *
 * @returns how many people it wrote, and the errors of the rows that it left out
 */
export async function importRowByRow(db: Database, csv: Iterable<string>, deleteMissing: boolean): Promise<Imported> {
  const errors: string[] = [];
  const importedAt = new Date();
  const known = await knownIn(db);
  const managed: { userId: number; manager: string }[] = [];
  for await (const user of usersIn(csv, errors)) {
    const userId = await writeUser(db, user, importedAt);
    known.userIds.set(user.email, userId);
    await writeNewSegments(db, user, known);
    await writeValues(db, valuesOf(user, userId, known));
    if (user.manager !== null) managed.push({ userId, manager: user.manager });
  }
  const attributeId = idOf(known.attributeIds, 'Manager');
  for (const { userId, manager } of managed)
    await writeValues(db, [{ userId, attributeId, personId: idOf(known.userIds, manager) }]);
  if (deleteMissing) await db.delete(users).where(lt(users.importedAt, importedAt));
  return { done: known.userIds.size, errors };
}

async function writeUser(db: Database, user: User, importedAt: Date): Promise<number> {
  const { email, externalId, firstName, lastName, language } = user;
  const set = { externalId, firstName, lastName, language, importedAt };
  const [written] = await db
    .insert(users)
    .values({ email, ...set })
    .onConflictDoUpdate({ target: users.email, set })
    .returning({ id: users.id });
  if (!written) throw new Error('An upsert gave no row');
  return written.id;
}

async function writeNewSegments(db: Database, user: User, known: Known): Promise<void> {
  for (const choice of user.choices) {
    if (known.segmentIds.has(segmentKey(choice))) continue;
    const attributeId = idOf(known.attributeIds, choice.attribute);
    const [written] = await db
      .insert(segments)
      .values({ attributeId, name: choice.name })
      .onConflictDoUpdate({ target: [segments.attributeId, segments.name], set: { name: choice.name } })
      .returning({ id: segments.id });
    if (written) known.segmentIds.set(segmentKey(choice), written.id);
  }
}
