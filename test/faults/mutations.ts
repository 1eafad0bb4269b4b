import type { Edit } from './edits.ts';

/** A removed guard of the product, and the faults it protects against: a run of these must fail without the guard. */
export type Mutation = { name: string; edits: Edit[]; caughtBy: string };

/** Applied one at a time. With a mutation the product still runs, and is right as long as there is no fault. */
export const MUTATIONS: Mutation[] = [
  {
    name: 'checkpoint',
    caughtBy: '--mix failpoints:40',
    edits: [
      {
        file: 'db/stages/checkpoints.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the product
        from: 'set step = ${to.step}, "cursor" = ${to.cursor}, done',
        to: 'set done',
      },
      {
        file: 'db/stages/checkpoints.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the product
        from: 'and step = ${from.step} and "cursor" = ${from.cursor}',
        to: '',
      },
    ],
  },
  {
    name: 'fence',
    caughtBy: '--mix tampering:5',
    edits: [
      {
        file: 'db/stages/fence.ts',
        from: "if (rows.length === 0) throw new Superseded('A newer attempt has taken over this mass edit');",
        to: '',
      },
    ],
  },
  {
    name: 'plan-proof',
    caughtBy: '--mix tampering:4',
    edits: [
      {
        file: 'db/plan/missing-users.ts',
        from: 'if (planned !== rowsRead) throw new InvariantViolation(',
        to: 'if (planned !== rowsRead) void new InvariantViolation(',
      },
    ],
  },
  {
    name: 'digest',
    caughtBy: '--mix tampering:4',
    edits: [
      {
        file: 'activities/delete-users.ts',
        from: 'if (digest !== edit.listDigest) throw',
        to: 'if (digest !== edit.listDigest) void',
      },
    ],
  },
  {
    name: 'truncated',
    caughtBy: '--mix tampering:1',
    edits: [
      {
        file: 'api/mass-edits/upload/receive-upload.ts',
        from: 'for await (const bytes of request.raw.iterator({ destroyOnReturn: false })) await write(bytes);',
        to: 'try { for await (const bytes of request.raw.iterator({ destroyOnReturn: false })) await write(bytes); } catch {}',
      },
    ],
  },
  {
    name: 'key-order',
    caughtBy: '--mix tampering:6',
    edits: [
      {
        file: 'db/apply/apply-users.ts',
        from: 'order by u.id for update`',
        to: 'order by u.id desc for update`',
      },
    ],
  },
  {
    name: 'version',
    caughtBy: '--mix tampering:4',
    edits: [
      {
        file: 'db/apply/delete-users.ts',
        from: "when u.version <> m.user_version or u.role = 'admin'",
        to: "when u.role = 'admin'",
      },
    ],
  },
];

export function mutationOf(name: string): Mutation {
  const found = MUTATIONS.find((mutation) => mutation.name === name);
  if (!found) throw new Error(`There is no mutation ${name}; there are ${MUTATIONS.map((one) => one.name).join(', ')}`);
  return found;
}
