import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRESS_QUERY, type Progress, type StageStatus, workflowIdOf } from '../../workflows/contract.ts';
import { ago } from '../support/days.ts';
import { recordedHistory } from '../support/history.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const PEOPLE = 'Email;First name;Department\nann@example.com;Ann;Sales\nbo@example.com;Bo;Sales\n';
const WITHOUT_BO = 'Email;First name;Department\nann@example.com;Ann;Sales\n';

/** The activities that the workflow called in its latest run, in their order. */
async function callsOf({ organizationId }: Organization): Promise<string[]> {
  const history = JSON.parse(await recordedHistory(product.temporal, workflowIdOf(organizationId)));
  return history.events.flatMap(
    (event: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }) =>
      event.activityTaskScheduledEventAttributes?.activityType.name ?? [],
  );
}

/** The stages that do not apply, by number. */
const skippedIn = ({ stages }: { stages: { status: StageStatus }[] }): number[] =>
  stages.flatMap(({ status }, index) => (status === 'not_applied' ? [index + 1] : []));

async function people(): Promise<Organization> {
  const organization = await product.newOrganization();
  await organization.run(PEOPLE);
  return organization;
}

describe('a stage for which the plan has no work', () => {
  it.each([
    { what: 'a file that changes nothing', csv: PEOPLE, runs: [] },
    {
      what: 'a name',
      csv: PEOPLE.replace(';Ann;', ';Anna;'),
      runs: ['upsertUsers'],
    },
    {
      what: 'an existing segment',
      csv: `${PEOPLE}cy@example.com;Cy;Sales\n`,
      runs: ['upsertUsers', 'mutateAttributes'],
    },
    {
      what: 'a new segment',
      csv: PEOPLE.replace(';Ann;Sales', ';Ann;Legal'),
      runs: ['createSegments', 'upsertUsers', 'mutateAttributes'],
    },
    {
      what: 'a backdate alone',
      csv: `Email;Department;Department backdate\nann@example.com;Sales;${ago(9)}\n`,
      runs: ['upsertUsers', 'backdateChanges'],
    },
    {
      what: 'a user that is refused',
      csv: 'Email;First name;Department\nno address;Ann;Legal\n',
      runs: [],
    },
  ])('is not called for $what', async ({ csv, runs }) => {
    const organization = await people();
    const ended = await organization.run(csv);
    expect(await callsOf(organization)).toEqual(['validateFile', 'detectCycles', ...runs, 'settle']);
    expect(7 - skippedIn(ended).length).toBe(2 + runs.length);
    expect(ended.stage.number).toBe(7);
    for (const { status, startedAt, endedAt } of ended.stages)
      expect([startedAt !== null, endedAt !== null]).toEqual([status === 'done', status === 'done']);
  });

  it('is shown at the gate already, to viewers and to operators once the plan is applied', async () => {
    const organization = await people();
    const waiting = await organization.toGate(WITHOUT_BO);
    expect(skippedIn(waiting)).toEqual([3, 5, 6, 7]);
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', counts: { deleted: 1, unchanged: 1 } });
    expect(skippedIn(ended)).toEqual([3, 5, 6, 7]);
    expect(await callsOf(organization)).toEqual([
      'validateFile',
      'detectCycles',
      'recordDecision',
      'deleteUsers',
      'settle',
    ]);
    const handle = product.temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
    expect(skippedIn(await handle.query<Progress>(PROGRESS_QUERY))).toEqual([3, 5, 6, 7]);
  });

  it('is the deletion too if the deletions are left out', async () => {
    const organization = await people();
    const waiting = await organization.toGate(WITHOUT_BO.replace(';Ann;', ';Anna;'));
    expect(skippedIn(waiting)).toEqual([3, 6, 7]);
    await organization.skipDeletions(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', counts: { deleted: 0, updated: 1 } });
    expect(skippedIn(ended)).toEqual([3, 4, 6, 7]);
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'bo@example.com', ADMIN]);
    expect(await callsOf(organization)).toEqual([
      ...['validateFile', 'detectCycles', 'recordDecision', 'detectCyclesWithoutDeletions', 'upsertUsers', 'settle'],
    ]);
  });
});
