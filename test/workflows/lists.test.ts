import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS, workflowIdOf } from '../../workflows/contract.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

const CSV = 'Email;First name\nann@example.com;Ann\n';
let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const handleOf = ({ organizationId }: Organization) =>
  product.temporal.workflow.getHandle(workflowIdOf(organizationId));

/** Whether the engine lists the organization's workflow for this query. Lists are updated a moment later. */
const isListed = (organization: Organization, query: string): Promise<true> =>
  until(`it is listed by ${query}`, async () => {
    const full = `OrganizationId = '${organization.organizationId}' AND ${query}`;
    return (await product.temporal.workflow.count(full)).count === 1;
  }) as Promise<true>;

describe('the list of workflows in the engine', () => {
  it('has the workflows that wait for a decision, with the deadline, and later their outcome', async () => {
    const organization = await product.newOrganization();
    const edit = await organization.toGate(CSV, { review: 'always' });
    await isListed(organization, "MassEditStage = 'Waiting for a person' AND ExecutionStatus = 'Running'");
    const { events } = await handleOf(organization).fetchHistory();
    const summaries = (events ?? [])
      .filter((event) => event.timerStartedEventAttributes)
      .map((event) => JSON.parse(Buffer.from(event.userMetadata?.summary?.data ?? []).toString()));
    expect(summaries).toEqual([expect.stringMatching(/^Waits for a person until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)]);
    // The deadline that the page shows, to the minute.
    const shown = edit.deletion?.expiresAt?.slice(0, 15).replace('T', ' ');
    expect(summaries[0]).toContain(shown);

    await organization.cancel(edit);
    await organization.reaches(edit, 'ended');
    await isListed(organization, "MassEditStage = 'Ended' AND Outcome = 'cancelled'");
  });

  it('has the outcome of a failed workflow too', async () => {
    const organization = await product.newOrganization();
    const edit = await organization.run('Nothing of ours\nann\n');
    expect(edit.outcome).toBe('failed');
    await isListed(organization, "MassEditStage = 'Ended' AND Outcome = 'failed'");
  });
});

describe('the operator who answered', () => {
  it('is stored by the engine identity of the signal that counted', async () => {
    const organization = await product.newOrganization();
    const edit = await organization.toGate(CSV, { review: 'always' });
    const handle = handleOf(organization);
    const signal = async (identity: string, listDigest: string | undefined) => {
      await product.temporal.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: handle.workflowId },
        signalName: SIGNALS.approve,
        input: {
          payloads: [
            {
              metadata: { encoding: Buffer.from('json/plain') },
              data: Buffer.from(JSON.stringify({ massEditId: edit.id, listDigest })),
            },
          ],
        },
        identity,
      });
    };
    await signal('temporal-cli:mallory@host', 'another');
    await signal('temporal-cli:eva@host', edit.deletion?.listDigest);
    const ended = await organization.reaches(edit, 'ended');
    expect(ended).toMatchObject({
      decision: 'approve',
      decidedBy: 'operator temporal-cli:eva@host',
      decidedByName: null,
    });
  });

  it('is stored for "Request cancellation" too, and a caller of the API or the clock is no operator', async () => {
    const organization = await product.newOrganization();
    const edit = await organization.toGate(CSV, { review: 'always' });
    await product.temporal.workflowService.requestCancelWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handleOf(organization).workflowId },
      identity: 'temporal-ui:eva',
    });
    expect(await organization.reaches(edit, 'ended')).toMatchObject({
      outcome: 'cancelled',
      decidedBy: 'operator temporal-ui:eva',
    });
    const next = await organization.toGate(CSV, { review: 'always' });
    await organization.approve(next);
    expect((await organization.reaches(next, 'ended')).decidedBy).toBe(ADMIN);
  });
});
