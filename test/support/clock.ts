import type { MassEditRef } from '../../workflows/contract.ts';

/**
 * A clock of the gate that a test holds. The time to answer runs out at once, but the expiry is recorded only when the
 * test allows it. So a mass edit waits at the gate while the test checks it, and expires when the test says.
 */
export type HeldClock = {
  /** For the API. */
  approvalTimeoutMs: number;
  /** For the worker. */
  expiry: (edit: MassEditRef) => Promise<void>;
  /** Lets the present and later mass edits of an organization expire. */
  expire: (organizationId: string) => void;
  /** Lets every mass edit expire, so that a worker can stop. */
  release: () => void;
};

export function heldClock(): HeldClock {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  let isReleased = false;
  const gateOf = (organizationId: string): PromiseWithResolvers<void> => {
    const gate = gates.get(organizationId) ?? Promise.withResolvers<void>();
    gates.set(organizationId, gate);
    return gate;
  };
  return {
    approvalTimeoutMs: 1,
    expiry: async ({ organizationId }) => {
      if (!isReleased) await gateOf(organizationId).promise;
    },
    expire: (organizationId) => gateOf(organizationId).resolve(),
    release: () => {
      isReleased = true;
      for (const gate of gates.values()) gate.resolve();
    },
  };
}
