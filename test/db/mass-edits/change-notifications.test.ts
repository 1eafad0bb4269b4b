import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, type Database, disconnect, inOrganization } from '../../../db/client.ts';
import { listenForChanges, muteNotifications, notifyChange } from '../../../db/mass-edits/change-notifications.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../../support/organization.ts';
import { until } from '../../support/until.ts';

const sql = openDatabase();
let db: Database;
const heard: string[] = [];
beforeAll(async () => {
  db = connect(inject('workerDatabaseUrl'), { max: 4, applicationName: 'notices test' });
  await listenForChanges(db, { changed: (massEditId) => heard.push(massEditId), listening: () => {} });
});
afterAll(async () => {
  await disconnect(db);
  await sql.end();
});

it('a trigger notifies of a change, unless its transaction notifies after the commit', async () => {
  const organization = await newOrganization(sql);
  const { id, massEditId } = await storeMassEdit(sql, organization, 'Email\n');
  const of = (wanted: string) => heard.filter((one) => one === wanted).length;
  const marker = crypto.randomUUID();
  const upTo = async (): Promise<void> => {
    // Notifications come in the order of the commits.
    const ref = { organizationId: organization.id, massEditId: marker };
    const before = of(marker);
    await notifyChange(db, ref);
    await until('the marker', async () => of(marker) > before);
  };
  const change = (work: 'told' | 'silent') =>
    inOrganization(db, organization.id, async (tx) => {
      if (work === 'silent') await muteNotifications(tx);
      await tx.execute(`update stages set status = 'running' where mass_edit_id = ${id} and number = 1`);
      await tx.execute(`update mass_edits set rows = rows + 1 where id = ${id}`);
    });

  await change('silent');
  await upTo();
  expect(of(massEditId)).toBe(0);
  await change('told');
  await upTo();
  expect(of(massEditId)).toBe(1);
  await notifyChange(db, { organizationId: organization.id, massEditId });
  await upTo();
  expect(of(massEditId)).toBe(2);
});
