import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { plainArray } from '../sql/array-literals.ts';

/**
 * Unchanged rows: a row that is byte for byte equal to a row that the baseline accepted changes nothing. Both rows must
 * be read in the same parsing context, and the user must not have changed since. Such a row goes into the plan without
 * being parsed. docs/known-rows.md has the proof, and what each writer does to the proof.
 */

/**
 * How often the organization's attributes, segments or aliases have changed. At the same revision, equal cells mean the
 * same.
 */
export async function vocabularyRevision(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { revision } = await queryOne<{ revision: number }>(
    tx,
    sql`select vocabulary_revision as revision from organizations where id = ${edit.organizationId}`,
  );
  return revision;
}

/**
 * Saves the digest of the parsing context. A retry that finds another context marks the mass edit as mixed. The rows of
 * a mixed mass edit are never a baseline.
 */
export async function saveRowContext(tx: Transaction, edit: ClaimedMassEdit, context: string): Promise<void> {
  await tx.execute(sql`update mass_edits
    set row_context = case when coalesce(row_context, ${context}) = ${context} then ${context} else 'mixed' end
    where id = ${edit.id} and row_context is distinct from ${context}`);
}

/** The last mass edit that was applied to its end and whose rows were read in this parsing context. Null if there is none. */
export async function findBaseline(tx: Transaction, edit: ClaimedMassEdit, context: string): Promise<number | null> {
  const [baseline] = await queryMany<{ id: number }>(
    tx,
    sql`select id from mass_edits where organization_id = ${edit.organizationId} and state = 'ended'
          and outcome in ('completed', 'completed_with_errors') and row_context = ${context}
        order by id desc limit 1`,
  );
  return baseline?.id ?? null;
}

/** Rows of a baseline that may be unchanged, in line order, with the versions that the baseline left their users at. */
export type BaselinePage = {
  people: number[];
  versions: number[];
  /** NONE for a user without memberships. */
  membershipVersions: number[];
  namedAs: number[];
  /** 16 bytes a row. */
  hashes: Uint8Array;
};
const NONE = -1;

/** Lines read in one transaction: a second at most, and a few megabytes. */
export const PAGE_LINES = 20_000;

/** The last line of the baseline that has a plan row; 0 if none has. */
export async function lastBaselineLine(tx: Transaction, baseline: number): Promise<number> {
  const { last } = await queryOne<{ last: number | null }>(
    tx,
    sql`select max(line) as last from plan_rows where mass_edit_id = ${baseline}`,
  );
  return last ?? 0;
}

/**
 * The accepted rows of some lines of the baseline whose user is as the baseline left them. Since then neither the user
 * nor the memberships were written, and every referenced user has the same email and external id.
 *
 * @param after the lines are the PAGE_LINES after this line
 * @param referenceAttributeIds ids of the attributes that point at users
 */
export async function readBaselinePage(
  tx: Transaction,
  baseline: number,
  after: number,
  referenceAttributeIds: readonly number[],
): Promise<BaselinePage> {
  const targets = referenceAttributeIds.map(
    (attribute, place) => sql`, ("values" ->> ${String(attribute)})::bigint as ${columnOf(place)}`,
  );
  const names = referenceAttributeIds.map(
    (_, place) => sql` left join lateral (select names_version from users o where o.id = m.${columnOf(place)} offset 0)
      ${calledOf(place)} on true`,
  );
  const namedAs = referenceAttributeIds.map((_, place) => sql` + coalesce(${calledOf(place)}.names_version, 0)`);
  const page = await queryOne<
    Record<'people' | 'versions' | 'memberships' | 'named', string | null> & Pick<Page, 'hashes'>
  >(
    tx,
    sql`select string_agg(p.user_id::text, ',') as people, string_agg(p.version::text, ',') as versions,
          string_agg(coalesce(p.membership_version, ${NONE})::text, ',') as memberships, string_agg(p.named_as::text, ',') as named,
          string_agg(uuid_send(p.row_hash), ''::bytea) as hashes
        from (
          select user_id, row_hash, named_as, ${VERSION_LEFT} as version, ${MEMBERSHIP_VERSION_LEFT} as membership_version from plan_rows
          where mass_edit_id = ${baseline} and line > ${after} and line <= ${after + PAGE_LINES} and row_hash is not null
          order by line offset 0) p
        cross join lateral (select version from users o where o.id = p.user_id and o.deleted_at is null offset 0) u
        left join lateral (select version ${sql.join(targets)} from memberships o where o.user_id = p.user_id offset 0) m on true
        ${sql.join(names)}
        where u.version = p.version and m.version is not distinct from p.membership_version and p.named_as = 0 ${sql.join(namedAs)}`,
  );
  return {
    people: numbersIn(page.people),
    versions: numbersIn(page.versions),
    membershipVersions: numbersIn(page.memberships),
    namedAs: numbersIn(page.named),
    hashes: page.hashes ?? new Uint8Array(),
  };
}

type Page = { hashes: Uint8Array | null };
const columnOf = (place: number): SQL => sql.raw(`target${place}`);
const calledOf = (place: number): SQL => sql.raw(`called${place}`);
const numbersIn = (list: string | null): number[] => (list === null ? [] : list.split(',').map(Number));

/** The user version after a baseline row was applied: a row that writes its user raises the version by one. */
const VERSION_LEFT = sql`case action when 'create' then 1 when 'update' then user_version + 1 else user_version end`;
const MEMBERSHIP_VERSION_LEFT = sql`case when action in ('create', 'update') and attributes_after is not null
  then coalesce(membership_version, 0) + 1 else membership_version end`;

/** A row of this file that is equal to a baseline row, with the versions of its user. */
export type UnchangedRow = {
  line: number;
  userId: number;
  version: number;
  membershipVersion: number | null;
  referencesVersion: number;
  /** 32 hexadecimal digits. */
  hash: string;
};

/** Writes unchanged rows into the plan. */
export async function writeUnchangedRows(
  tx: Transaction,
  edit: ClaimedMassEdit,
  rows: readonly UnchangedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, named_as,
      row_hash, finds, known)
    select ${edit.id}, ${edit.organizationId}, r.line, 'unchanged', r.person, r.version, r.membership_version, r.named_as, r.hash,
      true, true
    from unnest(${plainArray(rows.map(({ line }) => line))}::int[], ${plainArray(rows.map(({ userId }) => userId))}::bigint[],
      ${plainArray(rows.map(({ version }) => version))}::int[],
      ${plainArray(rows.map(({ membershipVersion }) => membershipVersion))}::int[],
      ${plainArray(rows.map(({ referencesVersion }) => referencesVersion))}::int[],
      ${plainArray(rows.map(({ hash }) => hash))}::uuid[]) as r(line, person, version, membership_version, named_as, hash)`);
}

/** Deletes unchanged rows from the plan, so that they can be parsed as other rows are. */
export async function deleteUnchangedRows(
  tx: Transaction,
  edit: ClaimedMassEdit,
  lines: readonly number[],
): Promise<void> {
  await tx.execute(sql`delete from plan_rows
    where mass_edit_id = ${edit.id} and line = any(${plainArray(lines)}::int[]) and known`);
}
