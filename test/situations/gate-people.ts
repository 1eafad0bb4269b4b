import { expect } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { Organization } from '../support/product.ts';

const emailOf = (n: number): string => `w${n}@acme.test`;

/** Rows of `people` more users, numbered from `from`. `value` gives the cell of the column after email and name. */
export const usersFile = (
  users: number,
  column: string,
  value: (n: number) => string,
  { from = 0, more = '' } = {},
): string =>
  `Email;First name;${column}\n${Array.from({ length: users }, (_, i) => `${emailOf(from + i)};W${from + i};${value(from + i)}\n`).join('')}${more}`;

/** Creates these users; the gate must not open. */
export const withUsers =
  (users: number, column: string, value: (n: number) => string) =>
  async (acme: Organization): Promise<void> => {
    expect((await acme.run(usersFile(users, column, value))).counts.created).toBe(users);
  };

/** Expects all reasons of a waiting mass edit. */
export const asksFor =
  (...reasons: object[]) =>
  async (_acme: Organization, waiting: MassEditJson): Promise<void> =>
    expect(waiting.gate?.reasons).toMatchObject(reasons);

/** Expects that the gate did not open. */
export const askedNothing = async (_acme: Organization, ended: MassEditJson): Promise<void> =>
  expect(ended.gate).toBeNull();
