import type postgres from 'postgres';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { type Seen, usersOf } from './compare.ts';
import { readOrganization, type StoredOrganization } from './database.ts';
import { saysWhy } from './gate.ts';
import type { Finding, Organization } from './types.ts';

/**
 * The product's result of a mass edit, in the model's terms.
 *
 * @param was the organization before the mass edit
 * @param gate whether the gate opened
 */
export async function observedResult(
  sql: postgres.Sql,
  stored: StoredOrganization,
  was: Organization,
  edit: MassEditJson,
  gate: boolean,
): Promise<Seen> {
  const of = sql`mass_edit_id = (select id from mass_edits where public_id = ${edit.id})`;
  const findings = await sql<Finding[]>`
    select line, severity, code, column_name as column, value, details from findings where ${of}`;
  const missing = await sql<{ key: number; kept: string | null }[]>`
    select user_id as key, kept from missing_users where ${of}`;
  const idOf = ({ key }: { key: number }): string => stored.people.get(key) ?? `unknown ${key}`;
  return {
    outcome: edit.outcome,
    gate,
    why: saysWhy(edit),
    counts: edit.counts,
    users: usersOf(edit),
    findings,
    missing: missing.filter(({ kept }) => kept === null || kept === 'declined').map(idOf),
    kept: missing.filter(({ kept }) => kept === 'uploader' || kept === 'admin').map(idOf),
    organization: await readOrganization(sql, stored, was),
  };
}
