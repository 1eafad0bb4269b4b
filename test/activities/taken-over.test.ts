import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, expect, inject, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { connect, disconnect } from '../../db/client.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../support/organization.ts';
import { LANGUAGES, LIMITS, QUIET } from '../support/worker.ts';

const sql = openDatabase();
const db = connect(inject('workerDatabaseUrl'), { max: 4, applicationName: 'test worker' });
afterAll(async () => {
  await disconnect(db);
  await sql.end();
});

it('an attempt that a newer one has replaced is no error in the log or for the engine', async () => {
  const organization = await newOrganization(sql);
  const { massEditId } = await storeMassEdit(sql, organization, 'Email\na@example.com\n');
  const { validateFile } = createActivities({ db, limits: LIMITS, languages: LANGUAGES });
  const said: string[] = [];
  const say = (level: string) => (message: string) => void said.push(`${level}: ${message}`);
  const logger = { ...QUIET, info: say('info'), warn: say('warn'), error: say('error') };
  const attempt = (number: number): Promise<unknown> =>
    new MockActivityEnvironment(
      { attempt: number, workflowExecution: { workflowId: `test:${organization.id}`, runId: 'the-only-run' } },
      { logger },
    ).run(() => validateFile({ organizationId: organization.id, massEditId }));

  await attempt(2);
  expect(said).toEqual([]);
  await expect(attempt(1)).rejects.toMatchObject({ type: 'Superseded', category: 'BENIGN' });
  expect(said).toEqual(['info: a newer attempt has taken over']);
});
