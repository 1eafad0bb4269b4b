import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { type Organization, type Product, startProduct } from '../support/product.ts';

/** Rows a chunk: the first chunk of new users is applied, and the second one has the row that fails. */
const CHUNK_ROWS = 5;
const POISONED_LINE = 9;
const FILE = `Email;External Id;First name
${Array.from({ length: 12 }, (_, n) => `new${n}@example.com;N${n};New`).join('\n')}
stays@example.com;;S
`;

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: CHUNK_ROWS });
});
afterAll(() => product.close());

/** Three missing users, and one user in the file. The plan waits at the gate with the deletions. */
async function waiting(): Promise<{ organization: Organization; edit: MassEditJson }> {
  const organization = await product.newOrganization();
  await organization.run('Email;First name\na@example.com;A\nb@example.com;B\nc@example.com;C\nstays@example.com;S\n');
  return { organization, edit: await organization.toGate(FILE, { deleteMissingUsers: true, review: 'always' }) };
}

async function stageOf({ id }: MassEditJson, number: number) {
  const [stage] = await product.sql`select status, attempts, failed_attempts as failed from stages
    where number = ${number} and mass_edit_id = (select id from mass_edits where public_id = ${id})`;
  return stage;
}

/** The end of the engine's history of a mass edit, and the number of attempts of its last stage. */
async function workflowOf({ organizationId }: Organization) {
  const handle = product.temporal.workflow.getHandle(workflowIdOf(organizationId));
  const failure = await handle.result().catch((error: { cause?: { message: string; type: string } }) => error.cause);
  const { events } = await handle.fetchHistory();
  const attempts = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? []);
  return { failure: failure as { message: string; type: string }, most: Math.max(...attempts) };
}

async function expectStopped(organization: Organization, edit: MassEditJson, reason: string): Promise<void> {
  expect(edit).toMatchObject({
    state: 'ended',
    outcome: 'failed',
    failure: { stage: 5, reason, reference: edit.id },
    counts: { read: 13, created: CHUNK_ROWS, deleted: 3, unchanged: 1, skipped: 7 },
  });
  expect(edit.stages.map(({ status }) => status)).toEqual([
    ...['done', 'done', 'not_applied', 'done', 'failed', 'not_applied', 'not_applied'],
  ]);
  const { failure } = await workflowOf(organization);
  expect(failure.type).toBe(reason);
  expect(failure.message).toContain('Upsert users');
  // The earlier changes stay, and the same file does the rest: the failed mass edit leaves nothing behind.
  expect(await organization.activeUsers()).toHaveLength(CHUNK_ROWS + 2);
  const again = await organization.run(FILE);
  expect(again).toMatchObject({ outcome: 'completed', counts: { created: 7, unchanged: CHUNK_ROWS + 1 } });
}

it('ends at once if the database refuses a value, shows what was applied, and accepts the next upload', async () => {
  const { organization, edit } = await waiting();
  // As if a rule accepted too much: the entry of the unique index is too large.
  const long = randomBytes(6_000).toString('base64');
  await product.sql`update plan_rows set external_id = ${long} where line = ${POISONED_LINE}
    and mass_edit_id = (select id from mass_edits where public_id = ${edit.id})`;
  await organization.approve(edit);
  const ended = await organization.reaches(edit, 'ended');
  expect(await stageOf(edit, 5)).toMatchObject({ attempts: 0 });
  const { failure, most } = await workflowOf(organization);
  expect(failure.message).toBe(
    'A stage could not be done (value_refused). Upsert users: Database 54000 (value_refused)',
  );
  expect(most).toBe(1);
  await expectStopped(organization, ended, 'value_refused');
});

it('ends after three attempts that fail at one checkpoint', async () => {
  const { organization, edit } = await waiting();
  // The key that was reserved for a new user belongs to another user. No rule makes a finding of that.
  const [taken] = await product.sql`insert into users (id, organization_id, email, first_name)
    select user_id, gen_random_uuid(), 'taken@example.com', 'Taken' from plan_rows where line = ${POISONED_LINE}
      and mass_edit_id = (select id from mass_edits where public_id = ${edit.id}) returning id`;
  await organization.approve(edit);
  const ended = await organization.reaches(edit, 'ended');
  expect(await stageOf(edit, 5)).toMatchObject({ status: 'failed', failed: 3 });
  expect((await workflowOf(organization)).most).toBe(3);
  await product.sql`delete from users where id = ${taken!.id}`;
  await expectStopped(organization, ended, 'no_progress');
});
