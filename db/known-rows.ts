import { type SQL, sql } from 'drizzle-orm';
import { plainArray } from './arrays.ts';
import { type Database, inOrganization, rowOf, rowsOf, type Transaction, withoutLoops } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Known rows: a row that is byte for byte one which the organization accepted before, read by the same rules, about a
 * person whom nobody has changed since, changes nothing. It goes into the plan without being read. What proves it, and
 * what each writer does to the proof, is in docs/known-rows.md.
 */

/** How often the organization's attributes, segments or aliases have moved: by it the same cell means the same. */
export async function vocabularyRevision(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { revision } = await rowOf<{ revision: number }>(
    tx,
    sql`select vocabulary_revision as revision from organizations where id = ${edit.organizationId}`,
  );
  return revision;
}

/**
 * Keeps what the rows of this mass edit are read by. An attempt that goes on and finds another context marks it as
 * mixed: what this mass edit accepted is then never taken as known.
 */
export async function rememberContext(tx: Transaction, edit: ClaimedEdit, context: string): Promise<void> {
  await tx.execute(sql`update mass_edits
    set row_context = case when coalesce(row_context, ${context}) = ${context} then ${context} else 'mixed' end
    where id = ${edit.id} and row_context is distinct from ${context}`);
}

/** The last mass edit that was applied to its end and whose rows were read by the same context; null where none was. */
export async function basisOf(tx: Transaction, edit: ClaimedEdit, context: string): Promise<number | null> {
  const [basis] = await rowsOf<{ id: number }>(
    tx,
    sql`select id from mass_edits where organization_id = ${edit.organizationId} and state = 'ended'
          and outcome in ('completed', 'completed_with_errors') and row_context = ${context}
        order by id desc limit 1`,
  );
  return basis?.id ?? null;
}

/** Rows of the basis whose person is just as the basis left them. `hashes`: 16 bytes a row, in the same order. */
export type KnownPage = { lines: number[]; people: number[]; hashes: Uint8Array };

/** Rows looked at in one transaction: a second at most, and a few megabytes. */
const PAGE_ROWS = 20_000;

/**
 * All rows that may be known again: what the basis accepted, where the person is just as the basis left them. Neither
 * they nor what they are in have been written since, and everybody whom they point at is called as they were.
 *
 * @param pointing ids of the attributes that point at people
 */
export async function* knownRows(
  db: Database,
  edit: ClaimedEdit,
  basis: number,
  pointing: readonly number[],
): AsyncGenerator<KnownPage> {
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after;
    const page = await inOrganization(db, edit.organizationId, (tx) => knownPage(tx, basis, pointing, from));
    if (page.people !== null) {
      yield { lines: numbersIn(page.lines), people: numbersIn(page.people), hashes: page.hashes ?? new Uint8Array() };
    }
    after = page.last;
  }
}

type Page = { last: number | null; lines: string | null; people: string | null; hashes: Uint8Array | null };

const knownPage = (tx: Transaction, basis: number, pointing: readonly number[], after: number): Promise<Page> =>
  rowOf<Page>(
    tx,
    sql`with page as materialized (
      select * from plan_rows where mass_edit_id = ${basis} and line > ${after} order by line limit ${PAGE_ROWS}
    )
    select (select max(line) from page) as last, string_agg(p.line::text, ',') as lines,
      string_agg(p.user_id::text, ',') as people, string_agg(uuid_send(p.row_hash), ''::bytea) as hashes
    from (select * from page where row_hash is not null) p
    cross join lateral (select version from users o where o.id = p.user_id and o.deleted_at is null offset 0) u
    left join lateral (select version, "values" from memberships o where o.user_id = p.user_id offset 0) m on true
    where u.version = ${LEFT_AT} and m.version is not distinct from ${MEMBERSHIPS_LEFT_AT}
      and p.named_as = ${namedAs(pointing)}`,
  );

const numbersIn = (list: string | null): number[] => (list === null ? [] : list.split(',').map(Number));

/** The version at which applying a row of the basis has left its person: a row that writes somebody moves it once. */
const LEFT_AT = sql`case p.action when 'create' then 1 when 'update' then p.user_version + 1 else p.user_version end`;
const MEMBERSHIPS_LEFT_AT = sql`case when p.action in ('create', 'update') and p.attributes_after is not null
  then coalesce(p.membership_version, 0) + 1 else p.membership_version end`;

/** The names_version of everybody whom a person points at, together. */
function namedAs(pointing: readonly number[]): SQL {
  const each = pointing.map(
    (attribute) => sql`coalesce((select names_version from users o
      where o.id = (m."values" ->> ${String(attribute)})::bigint), 0)`,
  );
  return each.length === 0 ? sql`0` : sql.join(each, sql` + `);
}

/** A row of this file, by its line, and the row of the basis that it is byte for byte. */
export type KnownRow = { line: number; basisLine: number };

/** Takes rows that are known into the plan, as unchanged. */
export async function writeKnownRows(
  tx: Transaction,
  edit: ClaimedEdit,
  basis: number,
  rows: readonly KnownRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, named_as,
      row_hash, finds, known)
    select ${edit.id}, ${edit.organizationId}, g.line, 'unchanged', p.user_id, ${LEFT_AT}, ${MEMBERSHIPS_LEFT_AT}, p.named_as,
      p.row_hash, true, true
    from unnest(${plainArray(rows.map(({ line }) => line))}::int[], ${plainArray(rows.map((row) => row.basisLine))}::int[])
      as g(line, basis_line)
    cross join lateral (select * from plan_rows o where o.mass_edit_id = ${basis} and o.line = g.basis_line offset 0) p`);
}

/**
 * Lines of known rows that may name somebody who is about to be deleted: whose person points at them. Such a row is read
 * after all, and refused if it does name them.
 */
export async function knownRowsNamingListed(
  tx: Transaction,
  edit: ClaimedEdit,
  pointing: readonly number[],
): Promise<number[]> {
  if (pointing.length === 0) return [];
  const targets = sql.join(
    pointing.map((attribute) => sql`(m."values" ->> ${String(attribute)})::bigint`),
    sql`, `,
  );
  const rows = await withoutLoops<{ line: number }>(
    tx,
    sql`select distinct p.line from plan_rows p
        join (select m.user_id, t.target from memberships m cross join lateral (select unnest(array[${targets}]) as target) t
          where m.organization_id = ${edit.organizationId} and t.target is not null) m on m.user_id = p.user_id
        join missing_users l on l.mass_edit_id = ${edit.id} and l.kept is null and l.user_id = m.target
        where p.mass_edit_id = ${edit.id} and p.known order by p.line`,
  );
  return rows.map(({ line }) => line);
}

/** Takes known rows out of the plan again, so that they can be read as any other. */
export async function forgetKnownRows(tx: Transaction, edit: ClaimedEdit, lines: readonly number[]): Promise<void> {
  await tx.execute(sql`delete from plan_rows
    where mass_edit_id = ${edit.id} and line = any(${plainArray(lines)}::int[]) and known`);
}
