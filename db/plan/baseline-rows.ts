import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { columnBatch, plainArray } from '../sql/array-literals.ts';

/**
 * Known rows: a row that is byte for byte one which the organization accepted before, read by the same rules, about a
 * person whom nobody has changed since, changes nothing. It goes into the plan without being read. What proves it, and
 * what each writer does to the proof, is in docs/known-rows.md.
 */

/** How often the organization's attributes, segments or aliases have moved: by it the same cell means the same. */
export async function vocabularyRevision(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { revision } = await queryOne<{ revision: number }>(
    tx,
    sql`select vocabulary_revision as revision from organizations where id = ${edit.organizationId}`,
  );
  return revision;
}

/**
 * Keeps what the rows of this mass edit are read by. An attempt that goes on and finds another context marks it as
 * mixed: what this mass edit accepted is then never taken as known.
 */
export async function saveRowContext(tx: Transaction, edit: ClaimedMassEdit, context: string): Promise<void> {
  await tx.execute(sql`update mass_edits
    set row_context = case when coalesce(row_context, ${context}) = ${context} then ${context} else 'mixed' end
    where id = ${edit.id} and row_context is distinct from ${context}`);
}

/**
 * The last mass edit that was applied to its end, and whose rows were read by one context; by this one where it is given.
 * Null where there is none.
 */
export async function findBaseline(
  tx: Transaction,
  edit: ClaimedMassEdit,
  context: string | null = null,
): Promise<number | null> {
  const [baseline] = await queryMany<{ id: number }>(
    tx,
    sql`select id from mass_edits where organization_id = ${edit.organizationId} and state = 'ended'
          and outcome in ('completed', 'completed_with_errors') and row_context <> 'mixed'
          and (${context}::text is null or row_context = ${context})
        order by id desc limit 1`,
  );
  return baseline?.id ?? null;
}

/** Rows of a basis that may be known again, in the order of their lines, with the state in which it left their people. */
export type BaselinePage = {
  people: number[];
  versions: number[];
  /** NONE for somebody who is in nothing. */
  membershipVersions: number[];
  namedAs: number[];
  /** 16 bytes a row. */
  hashes: Uint8Array;
};
const NONE = -1;

/** Lines looked at in one transaction: a second at most, and a few megabytes. */
export const PAGE_LINES = 20_000;

/** The last line of a basis. */
export async function lastBaselineLine(tx: Transaction, baseline: number): Promise<number> {
  const { last } = await queryOne<{ last: number | null }>(
    tx,
    sql`select max(line) as last from plan_rows where mass_edit_id = ${baseline}`,
  );
  return last ?? 0;
}

/**
 * The rows of some lines that may be known again: those that the basis accepted, where the person is just as it left them.
 * Neither they nor what they are in have been written since, and everybody whom they point at is called as they were.
 *
 * @param after the lines are the PAGE_LINES behind this one
 * @param referenceAttributeIds ids of the attributes that point at people
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

/** The version at which applying a row of the basis has left its person: a row that writes somebody moves it once. */
const VERSION_LEFT = sql`case action when 'create' then 1 when 'update' then user_version + 1 else user_version end`;
const MEMBERSHIP_VERSION_LEFT = sql`case when action in ('create', 'update') and attributes_after is not null
  then coalesce(membership_version, 0) + 1 else membership_version end`;

/** A row of this file that is known, with the state of its person. */
export type UnchangedRow = {
  line: number;
  userId: number;
  version: number;
  membershipVersion: number | null;
  referencesVersion: number;
  /** 32 hexadecimal digits. */
  hash: string;
};

/** Takes rows that are known into the plan, as unchanged. */
export async function writeUnchangedRows(
  tx: Transaction,
  edit: ClaimedMassEdit,
  rows: readonly UnchangedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = columnBatch('plain', 6);
  for (const { line, userId, version, membershipVersion, referencesVersion, hash } of rows)
    columns.add(line, userId, version, membershipVersion, referencesVersion, hash);
  const [line, user, version, membershipVersion, namedAs, hash] = columns.arrays();
  await tx.execute(sql`
    insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, named_as,
      row_hash, finds, known)
    select ${edit.id}, ${edit.organizationId}, r.line, 'unchanged', r.person, r.version, r.membership_version, r.named_as, r.hash,
      true, true
    from unnest(${line}::int[], ${user}::bigint[], ${version}::int[], ${membershipVersion}::int[], ${namedAs}::int[],
      ${hash}::uuid[]) as r(line, person, version, membership_version, named_as, hash)`);
}

/** Which of these lines were taken into the plan as known. */
export async function unchangedAmong(
  tx: Transaction,
  edit: ClaimedMassEdit,
  lines: readonly number[],
): Promise<number[]> {
  const rows = await queryMany<{ line: number }>(
    tx,
    sql`select p.line from unnest(${plainArray(lines)}::int[]) as l(line)
        cross join lateral (select line from plan_rows o where o.mass_edit_id = ${edit.id} and o.line = l.line and o.known
          offset 0) p order by p.line`,
  );
  return rows.map(({ line }) => line);
}

/** Takes known rows out of the plan again, so that they can be read as any other. */
export async function deleteUnchangedRows(
  tx: Transaction,
  edit: ClaimedMassEdit,
  lines: readonly number[],
): Promise<void> {
  await tx.execute(sql`delete from plan_rows
    where mass_edit_id = ${edit.id} and line = any(${plainArray(lines)}::int[]) and known`);
}
