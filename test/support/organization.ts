import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { Options } from '../../workflows/contract.ts';
import { timeZone } from './days.ts';

/** Longer than any test waits at the gate. It ends on the same day of `timeZone`. */
export const APPROVAL_TIMEOUT_MS = 12 * 3_600_000;

/** The superuser's connection. It sees every organization, so that a test can check the rows of the database. */
export const openDatabase = (databaseUrl = inject('databaseUrl')): postgres.Sql =>
  postgres(databaseUrl, {
    max: 4,
    onnotice: () => {},
    // `current_date` is the day of the organizations.
    connection: { TimeZone: timeZone() },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });

export type TestOrganization = {
  id: string;
  uploader: number;
  /** Attribute ids by name. */
  attributes: Record<string, number>;
};

/** An organization with the standard attributes and a number, written directly into the tables. */
export async function newOrganization(
  sql: postgres.Sql,
  settings: { timeZone?: string } = {},
): Promise<TestOrganization> {
  const id = randomUUID();
  await sql`insert into organizations (id, name, time_zone) values (${id}, 'Test', ${settings.timeZone ?? timeZone()})`;
  const [uploader] = await sql<{ id: number }[]>`
    insert into users (organization_id, email, first_name, role) values (${id}, ${'hr@example.com'}, 'Hanna', 'admin') returning id`;
  const attributes: Record<string, number> = {};
  for (const [name, type, hierarchy] of [
    ['Department', 'choices', false],
    ['Country', 'choices', false],
    ['Employment Date', 'dates', false],
    ['Salary', 'numbers', false],
    ['Manager', 'users', true],
    ['Mentor', 'users', false],
  ] as const) {
    const [row] = await sql<{ id: number }[]>`
      insert into attributes (organization_id, name, type, hierarchy) values (${id}, ${name}, ${type}, ${hierarchy}) returning id`;
    attributes[name] = row!.id;
  }
  return { id, uploader: uploader!.id, attributes };
}

/** Stores a file and its mass edit as an upload does, without starting the workflow. */
export async function storeMassEdit(
  sql: postgres.Sql,
  organization: TestOrganization,
  csv: string | Buffer,
  options: Partial<Options> & { approvalTimeoutMs?: number } = {},
): Promise<{ id: number; massEditId: string }> {
  const bytes = Buffer.from(csv);
  const [file] = await sql<
    { id: number }[]
  >`insert into files (organization_id) values (${organization.id}) returning id`;
  for (let at = 0, number = 0; at < bytes.length; at += 1 << 20, number++) {
    await sql`insert into file_chunks (file_id, organization_id, number, bytes)
      values (${file!.id}, ${organization.id}, ${number}, ${bytes.subarray(at, at + (1 << 20))})`;
  }
  const [edit] = await sql<{ id: number; massEditId: string }[]>`
    insert into mass_edits (organization_id, file_id, file_name, size_bytes, sha256, reset_empty_fields, delete_missing_users,
      review, approval_timeout_ms, started_by)
    values (${organization.id}, ${file!.id}, 'users.csv', ${bytes.length}, 'x', ${options.resetEmptyFields ?? false},
      ${options.deleteMissingUsers ?? false}, ${options.review ?? 'deletions'}, ${options.approvalTimeoutMs ?? APPROVAL_TIMEOUT_MS},
      ${organization.uploader}) returning id, public_id as "massEditId"`;
  await sql`insert into stages (mass_edit_id, organization_id, number)
    select ${edit!.id}, ${organization.id}, n from generate_series(1, 7) n`;
  return edit!;
}
