import { sql } from 'drizzle-orm';
import { plainArray, textArray } from './arrays.ts';
import type { Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';
import type { Action, StoredValue } from './schema.ts';

/** What is to be kept of a row; see activities/rules/plan-row.ts for what each part means. */
export type RowToWrite = {
  line: number;
  action: Action;
  userId: number;
  userVersion: number | null;
  membershipVersion: number | null;
  namedAs: number;
  restores: boolean;
  finds: boolean;
  alsoFinds: number | null;
  fields: {
    email: string | null;
    externalId: string | null;
    firstName: string | null;
    lastName: string | null;
    language: string | null;
    participates: boolean | null;
  };
  before: Record<string, unknown> | null;
  attributesBefore: Record<string, StoredValue> | null;
  attributesAfter: Record<string, StoredValue | null> | null;
  people: Record<string, number> | null;
  needs: Record<string, number> | null;
  backdates: Record<string, string> | null;
  /** Of the row's bytes; null where an equal row may not be taken as known later. */
  hash: string | null;
};

/** Writes rows of the plan; they come, and are kept, in line order. */
export async function writePlanRows(tx: Transaction, edit: ClaimedEdit, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  const plain = (of: (row: RowToWrite) => string | number | boolean | null) => plainArray(rows.map(of));
  const texts = (of: (row: RowToWrite) => string | null) => textArray(rows.map(of));
  await tx.execute(sql`
    insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, named_as,
      finds, row_hash, email, external_id, first_name, last_name, language, participates, attributes_after,
      attributes_changed, restores, also_finds, before, attributes_before, people, needs, backdates)
    select ${edit.id}, ${edit.organizationId}, r.line, r.action, r.user_id, r.user_version, r.membership_version, r.named_as,
      r.finds, r.row_hash, r.email, r.external_id, r.first_name, r.last_name, r.language, r.participates,
      r.attributes_after::jsonb, r.attributes_changed, coalesce((r.rest ->> 'restores')::boolean, false),
      (r.rest ->> 'alsoFinds')::bigint, r.rest -> 'before', r.rest -> 'attributesBefore', r.rest -> 'people',
      r.rest -> 'needs', r.rest -> 'backdates'
    from (select t.*, t.others::jsonb as rest from unnest(
      ${plain(({ line }) => line)}::int[], ${plain(({ action }) => action)}::text[], ${plain(({ userId }) => userId)}::bigint[],
      ${plain(({ userVersion }) => userVersion)}::int[], ${plain((row) => row.membershipVersion)}::int[],
      ${plain(({ namedAs }) => namedAs)}::int[], ${plain(({ finds }) => finds)}::boolean[],
      ${plain(({ hash }) => hash)}::uuid[], ${texts(({ fields }) => fields.email)}::text[],
      ${texts(({ fields }) => fields.externalId)}::text[], ${texts(({ fields }) => fields.firstName)}::text[],
      ${texts(({ fields }) => fields.lastName)}::text[], ${texts(({ fields }) => fields.language)}::text[],
      ${plain(({ fields }) => fields.participates)}::boolean[], ${texts(({ attributesAfter }) => json(attributesAfter))}::text[],
      ${plain(({ attributesAfter }) => keysIn(attributesAfter))}::smallint[], ${texts(othersOf)}::text[])
      as t(line, action, user_id, user_version, membership_version, named_as, finds, row_hash, email, external_id, first_name,
        last_name, language, participates, attributes_after, attributes_changed, others) offset 0) r`);
}

const json = (object: object | null): string | null => object && JSON.stringify(object);

const keysIn = (object: object | null): number => (object === null ? 0 : Object.keys(object).length);

/** What most rows have nothing of, in one text; null where there is none of it. */
function othersOf({ restores, alsoFinds, before, attributesBefore, people, needs, backdates }: RowToWrite) {
  if (!(restores || alsoFinds || before || attributesBefore || people || needs || backdates)) return null;
  // A null of these would be one of JSON; within them nulls are values.
  const others: Record<string, unknown> = { alsoFinds, before, attributesBefore, people, needs, backdates };
  for (const name in others) if (others[name] === null) delete others[name];
  return JSON.stringify(restores ? { ...others, restores } : others);
}
