import { lt, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../db/client.ts';
import { type Imported, idOf, type Known, knownIn, segmentKey, type User, usersIn, valuesOf } from './naive-file.ts';
import { segments, users, writeValues } from './naive-tables.ts';

/** A common batch size. Six values for each row stay below the limit of 65,535 parameters of a statement. */
const BATCH_ROWS = 1_000;

/**
 * The usual second version, when row by row is too slow: the same upserts for 1,000 rows of the file at once. Users,
 * segments and values take one statement each, and each batch is a transaction.
 *
 * @returns how many people it wrote, and the errors of the rows that it left out
 */
export async function importInBatches(db: Database, csv: Iterable<string>, deleteMissing: boolean): Promise<Imported> {
  const errors: string[] = [];
  const importedAt = new Date();
  const known = await knownIn(db);
  const managed: { email: string; manager: string }[] = [];
  for await (const batch of inBatches(usersIn(csv, errors))) {
    await db.transaction((tx) => writeBatch(tx, batch, known, importedAt));
    for (const { email, manager } of batch) if (manager !== null) managed.push({ email, manager });
  }
  for (let from = 0; from < managed.length; from += BATCH_ROWS)
    await db.transaction((tx) => writeManagers(tx, managed.slice(from, from + BATCH_ROWS), known));
  if (deleteMissing) await db.delete(users).where(lt(users.importedAt, importedAt));
  return { done: known.userIds.size, errors };
}

async function* inBatches(people: AsyncIterable<User>): AsyncGenerator<User[]> {
  let batch: User[] = [];
  for await (const user of people) {
    batch.push(user);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(tx: Transaction, batch: User[], known: Known, importedAt: Date): Promise<void> {
  await writeUsers(tx, batch, known, importedAt);
  await writeNewSegments(tx, batch, known);
  await writeValues(
    tx,
    batch.flatMap((user) => valuesOf(user, idOf(known.userIds, user.email), known)),
  );
}

async function writeUsers(tx: Transaction, batch: User[], known: Known, importedAt: Date): Promise<void> {
  const rows = batch.map(({ email, externalId, firstName, lastName, language }) => {
    return { email, externalId, firstName, lastName, language, importedAt };
  });
  const written = await tx
    .insert(users)
    .values(rows)
    .onConflictDoUpdate({
      target: users.email,
      set: {
        externalId: sql`excluded.external_id`,
        firstName: sql`excluded.first_name`,
        lastName: sql`excluded.last_name`,
        language: sql`excluded.language`,
        importedAt: sql`excluded.imported_at`,
      },
    })
    .returning({ id: users.id, email: users.email });
  for (const { id, email } of written) known.userIds.set(email, id);
}

async function writeNewSegments(tx: Transaction, batch: User[], known: Known): Promise<void> {
  const unknown = new Map(
    batch
      .flatMap(({ choices }) => choices)
      .filter((choice) => !known.segmentIds.has(segmentKey(choice)))
      .map((choice) => [segmentKey(choice), choice]),
  );
  if (unknown.size === 0) return;
  const attributeNames = new Map([...known.attributeIds].map(([name, id]) => [id, name]));
  const written = await tx
    .insert(segments)
    .values(
      [...unknown.values()].map(({ attribute, name }) => ({ attributeId: idOf(known.attributeIds, attribute), name })),
    )
    .onConflictDoUpdate({ target: [segments.attributeId, segments.name], set: { name: sql`excluded.name` } })
    .returning();
  for (const { id, attributeId, name } of written)
    known.segmentIds.set(segmentKey({ attribute: attributeNames.get(attributeId) ?? '', name }), id);
}

async function writeManagers(
  tx: Transaction,
  managed: { email: string; manager: string }[],
  known: Known,
): Promise<void> {
  const attributeId = idOf(known.attributeIds, 'Manager');
  const values = managed.map(({ email, manager }) => {
    return { userId: idOf(known.userIds, email), attributeId, personId: idOf(known.userIds, manager) };
  });
  await writeValues(tx, values);
}
