import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { SIGNALS, workflowIdOf } from '../../workflows/contract.ts';
import type { HeldClock } from '../support/clock.ts';
import { lockUser } from '../support/lock-rows.ts';
import type { Organization, Product } from '../support/product.ts';
import { until } from '../support/until.ts';

/**
 * A way through the workflow. The real product runs it in a new organization, and `go` returns the mass edit at its
 * end.
 */
export type Way = {
  name: string;
  outcome: MassEditJson['outcome'];
  /** Runs against a product with a held clock. */
  expires?: true;
  go: (organization: Organization, product: Product, clock: HeldClock) => Promise<MassEditJson>;
};

const TWO = 'Email;First name;Department\nann@example.com;Ann;Sales\nbo@example.com;Bo;Sales\n';
/** Changes one of two users, and leaves the other out. */
const ONE = 'Email;First name;Department\nann@example.com;Anna;Legal\n';

async function toGate(organization: Organization): Promise<MassEditJson> {
  await organization.run(TWO);
  return organization.toGate(ONE);
}

/** Waits at the gate, answers, and waits for the end. */
const answered =
  (answer: (organization: Organization, waiting: MassEditJson, clock: HeldClock) => Promise<unknown>): Way['go'] =>
  async (organization, _product, clock) => {
    const waiting = await toGate(organization);
    await answer(organization, waiting, clock);
    return organization.reaches(waiting, 'ended');
  };

/** All ways: without the gate, with each answer at the gate, and with each early end. */
export const WAYS: Way[] = [
  { name: 'without-the-gate', outcome: 'completed', go: (organization) => organization.run(TWO) },
  {
    name: 'with-deletion',
    outcome: 'completed',
    go: answered((organization, waiting) => organization.approve(waiting)),
  },
  {
    name: 'without-the-deletions',
    outcome: 'completed',
    go: answered((organization, waiting) => organization.skipDeletions(waiting)),
  },
  {
    name: 'cancelled-at-the-gate',
    outcome: 'cancelled',
    go: answered((organization, waiting) => organization.cancel(waiting)),
  },
  {
    name: 'expired',
    outcome: 'expired',
    expires: true,
    go: answered(async ({ organizationId }, _waiting, clock) => clock.expire(organizationId)),
  },
  {
    name: 'answered-by-an-operator',
    outcome: 'completed',
    go: async (organization, { temporal }) => {
      const waiting = await toGate(organization);
      const handle = temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
      const approval = { massEditId: waiting.id, listDigest: waiting.deletion?.listDigest, count: 1 };
      // Refused because it names another list: the gate still waits.
      await handle.signal(SIGNALS.approve, { ...approval, listDigest: '0'.repeat(64) });
      await handle.signal(SIGNALS.approve, approval);
      return organization.reaches(waiting, 'ended');
    },
  },
  { name: 'file-error', outcome: 'failed', go: (organization) => organization.run('Nothing of ours\nann\n') },
  {
    name: 'cancelled-while-applying',
    outcome: 'cancelled',
    go: async (organization, product) => {
      await organization.run(TWO);
      // A transaction that changes a user by hand holds the stage up.
      const letGo = await lockUser(product.sql, organization.organizationId, 'ann@example.com');
      const edit = await organization.started(ONE);
      await until('the stage is held', async () => {
        const [stage] = await product.sql`select 1 from stages s join mass_edits m on m.id = s.mass_edit_id
          where m.public_id = ${edit.id} and s.number = 5 and s.status = 'running'`;
        return stage;
      });
      await organization.cancel(edit);
      await product.stopIsHeard(organization);
      await letGo();
      return organization.reaches(edit, 'ended');
    },
  },
  {
    name: 'a-stage-could-not-be-done',
    outcome: 'failed',
    go: async (organization, { sql }) => {
      const waiting = await toGate(organization);
      // As if the list differed from the approved one.
      await sql`update missing_users set user_version = user_version + 1
        where mass_edit_id = (select id from mass_edits where public_id = ${waiting.id}) and kept is null`;
      await organization.approve(waiting);
      return organization.reaches(waiting, 'ended');
    },
  },
];
