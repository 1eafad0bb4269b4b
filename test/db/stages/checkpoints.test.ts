import { sql } from 'drizzle-orm';
import { afterAll, expect, inject, it } from 'vitest';
import { connect, disconnect, inOrganization, queryOne } from '../../../db/client.ts';
import { beginStage, endStage } from '../../../db/stages/checkpoints.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../../support/organization.ts';

const superuser = openDatabase();
const db = connect(inject('workerDatabaseUrl'), { max: 1 });
afterAll(async () => {
  await disconnect(db);
  await superuser.end();
});

it('the end of a stage includes the work of its last transaction', async () => {
  const organization = await newOrganization(superuser);
  const edit = await storeMassEdit(superuser, organization, 'Email\r\n');
  const { begun, ended } = await inOrganization(db, organization.id, async (tx) => {
    await beginStage(tx, edit.id, 2);
    await endStage(tx, edit.id, 2, 'done', {});
    return queryOne<{ begun: boolean; ended: boolean }>(
      tx,
      sql`select started_at <= now() as begun, ended_at > now() as ended from stages where mass_edit_id = ${edit.id} and number = 2`,
    );
  });
  expect({ begun, ended }).toEqual({ begun: true, ended: true });
});
