import type { MassEditRef } from '../../workflows/contract.ts';

/**
 * A clock of the gate that a test holds: the time to answer runs out at once, and nothing is recorded of it until the
 * test lets it. So a mass edit waits at the gate for as long as the test looks at it, and expires when the test says.
 */
export type HeldClock = {
  /** For the API. */
  approvalTimeoutMs: number;
  /** For the worker. */
  expiry: (edit: MassEditRef) => Promise<void>;
  /** Lets the mass edits of an organization expire, present ones and later ones. */
  expire: (organizationId: string) => void;
  /** Lets everything expire, so that a worker can stop. */
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
