import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';
import { plainArray } from '../sql/array-literals.ts';

/**
 * The references between users after the mass edit, as columns of numbers. A page is one row of texts, which takes a
 * tenth of the time of one row for each user.
 */

export type ReferenceAttribute = { id: number; name: string; hierarchy: boolean };

/** The attributes that point at users. Hierarchies must have no cycles. */
export async function referenceAttributes(tx: Transaction, edit: ClaimedMassEdit): Promise<ReferenceAttribute[]> {
  return queryMany<ReferenceAttribute>(
    tx,
    sql`select id, name, hierarchy from attributes where organization_id = ${edit.organizationId} and type = 'users'
        order by id`,
  );
}

/** The size of a page in user ids: half a megabyte at most. */
const PAGE_KEYS = sql.raw('50_000');

/** The ids of active users, ascending, without the users that this mass edit deletes. */
export async function* activeUserIds(db: Database, edit: ClaimedMassEdit): AsyncGenerator<number[]> {
  const stays = edit.deleteMissingUsers
    ? sql`and not exists (select from missing_users l where l.mass_edit_id = ${edit.id} and l.user_id = u.id
        and l.kept is null and coalesce(l.outcome, 'deleted') = 'deleted')`
    : sql``;
  const found = pages(
    db,
    edit,
    ['ids'],
    sql`select id, id as ids from users u where organization_id = ${edit.organizationId} and deleted_at is null ${stays}`,
  );
  for await (const piece of found) yield piece.ids ?? [];
}

/** Rows that create or change a user, or depend on another row, in user id order. */
export type PlannedReferences = {
  ids: number[];
  lines: number[];
  /**
   * For each attribute asked for, the new target. `UNCHANGED` if the row does not change it, `NO_USER` if the row
   * clears it.
   */
  newTargets: number[][];
};

/** @param attributes ids of the attributes to read, in this order */
export async function* plannedReferences(
  db: Database,
  edit: ClaimedMassEdit,
  attributes: readonly number[],
): AsyncGenerator<PlannedReferences> {
  const columns = attributes.map((_, place) => `wants${place}`);
  const wants = attributes.map((id, place) => {
    const key = sql.param(String(id));
    return sql`, case when attributes_after ? ${key} then coalesce((attributes_after ->> ${key})::bigint, ${NO_USER})
      else ${UNCHANGED} end as ${sql.raw(columns[place] ?? '')}`;
  });
  const found = pages(
    db,
    edit,
    ['ids', 'lines', ...columns],
    // Each half of the union has an index of its own.
    sql`select user_id as id, user_id as ids, line as lines ${sql.join(wants)} from (
        select * from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
        union all
        select * from plan_rows where mass_edit_id = ${edit.id} and needs is not null and action = 'unchanged'
      ) p`,
  );
  for await (const piece of found) {
    yield { ids: piece.ids ?? [], lines: piece.lines ?? [], newTargets: columns.map((column) => piece[column] ?? []) };
  }
}

const NO_USER = -1;
export const UNCHANGED = -2;

/** Users whose row is refused, in id order. If a user has several rows, the first line. */
export async function* refusedUsers(
  db: Database,
  edit: ClaimedMassEdit,
): AsyncGenerator<Pick<PlannedReferences, 'ids' | 'lines'>> {
  const found = pages(
    db,
    edit,
    ['ids', 'lines'],
    sql`select user_id as id, user_id as ids, min(line) as lines from plan_rows
      where mass_edit_id = ${edit.id} and action = 'refused' and user_id is not null group by user_id`,
  );
  for await (const piece of found) yield { ids: piece.ids ?? [], lines: piece.lines ?? [] };
}

/** References of users. `targets` has for each attribute the referenced user of each id, or `NO_USER`. */
export type CurrentEdges = { ids: number[]; targets: number[][] };

/** The references in the database for these attributes, in pages, in id order of the user who points. */
export async function* currentEdges(
  db: Database,
  edit: ClaimedMassEdit,
  attributes: readonly number[],
): AsyncGenerator<CurrentEdges> {
  const columns = attributes.map((_, place) => `now${place}`);
  const now = attributes.map(
    (id, place) =>
      sql`, coalesce(("values" ->> ${String(id)})::bigint, ${NO_USER}) as ${sql.raw(columns[place] ?? '')}`,
  );
  const found = pages(
    db,
    edit,
    ['ids', ...columns],
    sql`select user_id as id, user_id as ids ${sql.join(now)} from memberships where organization_id = ${edit.organizationId}`,
  );
  for await (const piece of found)
    yield { ids: piece.ids ?? [], targets: columns.map((column) => piece[column] ?? []) };
}

/** A dependency: the row of user `id` needs the row of user `on` to be accepted, because of `attribute`. */
export type RowDependency = { id: number; attribute: number; on: number };

/** Rows that reference a user by an identity that another row sets. There are few. */
export async function rowDependencies(tx: Transaction, edit: ClaimedMassEdit): Promise<RowDependency[]> {
  return queryMany<RowDependency>(
    tx,
    sql`select p.user_id as id, n.key::bigint as attribute, o.user_id as "on" from plan_rows p
        cross join lateral jsonb_each_text(p.needs) n
        cross join lateral (select user_id from plan_rows q where q.mass_edit_id = ${edit.id} and q.line = n.value::int offset 0) o
        where p.mass_edit_id = ${edit.id} and p.needs is not null and p.action in ('create', 'update', 'unchanged')
        order by p.user_id, n.key`,
  );
}

/** The first line of each user's rows. A user without a row is not in the map. */
export async function linesOf(
  tx: Transaction,
  edit: ClaimedMassEdit,
  users: readonly number[],
): Promise<Map<number, number>> {
  const rows = await queryMany<{ id: number; line: number }>(
    tx,
    sql`select user_id as id, min(line) as line from plan_rows where mass_edit_id = ${edit.id} and action <> 'skipped'
          and user_id = any(${plainArray(users)}::bigint[]) group by user_id`,
  );
  return new Map(rows.map(({ id, line }) => [id, line]));
}

/** A user as messages name them: email, else external id. `line` is 0 if the user has no row. */
export async function labelsOf(
  tx: Transaction,
  edit: ClaimedMassEdit,
  users: readonly { id: number; line: number }[],
): Promise<Map<number, string>> {
  const rows = await queryMany<{ id: number; label: string }>(
    tx,
    sql`select i.id, coalesce(u.email, u.external_id, p.email, p.external_id) as label
        from unnest(${plainArray(users.map(({ id }) => id))}::bigint[], ${plainArray(users.map(({ line }) => line))}::int[])
          as i(id, line)
        left join lateral (select email, external_id from users o where o.id = i.id offset 0) u on true
        left join lateral (select email, external_id from plan_rows o where o.mass_edit_id = ${edit.id}
          and o.line = i.line offset 0) p on true`,
  );
  return new Map(rows.map((row) => [row.id, row.label]));
}

/**
 * Reads the whole result of a statement at once, in pages of number lists. Each page is one row of texts. With a query
 * for each page, the planner would walk the whole index for its order, or sort all remaining rows for each page.
 */
async function* pages(
  db: Database,
  edit: ClaimedMassEdit,
  columns: readonly string[],
  statement: SQL,
): AsyncGenerator<Record<string, number[]>> {
  const rows = await inOrganization(db, edit.organizationId, (tx) =>
    queryMany<Record<string, string>>(
      tx,
      sql`select id / ${PAGE_KEYS} as piece, ${listsOf(columns)} from (${statement}) p group by piece order by piece`,
    ),
  );
  for (let row = rows.shift(); row; row = rows.shift()) yield numbersIn(row, columns);
}

const listsOf = (columns: readonly string[]): SQL =>
  sql.raw(columns.map((column) => `string_agg(${column}::text, ',' order by id) as ${column}`).join(', '));

const numbersIn = (row: Record<string, unknown>, columns: readonly string[]): Record<string, number[]> =>
  Object.fromEntries(columns.map((column) => [column, String(row[column]).split(',').map(Number)]));

/** The revision that changes with each change by hand to a hierarchy, or to which attributes are hierarchies. */
export async function hierarchiesRevision(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { revision } = await queryOne<{ revision: number }>(
    tx,
    sql`select hierarchies_revision as revision from organizations where id = ${edit.organizationId}`,
  );
  return revision;
}

/** Saves the revision of the hierarchies at which cycles were looked for. */
export async function saveHierarchiesRevision(tx: Transaction, edit: ClaimedMassEdit, revision: number): Promise<void> {
  await tx.execute(sql`update mass_edits set hierarchies_seen = ${revision} where id = ${edit.id}`);
}

/** Whether a hierarchy was changed or made since cycles were looked for. */
export async function haveHierarchiesChanged(tx: Transaction, edit: ClaimedMassEdit): Promise<boolean> {
  const { moved } = await queryOne<{ moved: boolean }>(
    tx,
    sql`select m.hierarchies_seen is distinct from o.hierarchies_revision as moved
        from mass_edits m join organizations o on o.id = m.organization_id where m.id = ${edit.id}`,
  );
  return moved;
}
