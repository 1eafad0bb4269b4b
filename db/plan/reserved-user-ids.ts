import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';

/**
 * Reserves ids for new users, ascending, as (first, count) pairs. There is one pair unless another transaction took ids
 * in between. A second call reserves other ids.
 */
export async function reserveUserIds(tx: Transaction, count: number): Promise<number[]> {
  if (count === 0) return [];
  const { runs } = await queryOne<{ runs: number[] }>(
    tx,
    sql`with ids as materialized (select nextval('users_id_seq') as id from generate_series(1, ${count})),
      whole as (select min(id) as first, max(id) as last from ids)
      select case when last - first + 1 = ${count} then json_build_array(first, ${count}::int)
        else (select json_agg(part order by first, place) from (
          select min(id) as first, count(*) as many from (select id, id - row_number() over (order by id) as run from ids) i
          group by run) r cross join lateral (values (1, first), (2, many)) p(place, part)) end as runs
      from whole`,
  );
  return runs;
}

/** Saves which users the rows match, and the ids of new users, for a retry. */
export async function saveMatch(
  tx: Transaction,
  edit: ClaimedMassEdit,
  match: { digest: string; newUserIds: readonly number[] },
): Promise<void> {
  await tx.execute(sql`update mass_edits set matched_as = ${match.digest}, new_user_ids = ${sql.param(match.newUserIds)}::bigint[]
    where id = ${edit.id}`);
}

/** Active users with a letter beyond ASCII in an identity, and the spelling of that identity. */
export async function identitiesBeyondAscii(
  tx: Transaction,
  edit: ClaimedMassEdit,
): Promise<{ id: number; email: string | null; externalId: string | null }[]> {
  return queryMany(
    tx,
    sql`select id, case when octet_length(email) > length(email) then email end as email,
          case when octet_length(external_id) > length(external_id) then external_id end as "externalId"
        from users where organization_id = ${edit.organizationId} and deleted_at is null
          and (octet_length(email) > length(email) or octet_length(external_id) > length(external_id))`,
  );
}

const PAGE_PEOPLE = 20_000;

/**
 * Active users whose external id begins with zeros, with the id without those zeros. If two users have the same id
 * without zeros, neither is returned.
 */
export async function* idsWithZeros(
  db: Database,
  edit: ClaimedMassEdit,
): AsyncGenerator<{ id: number; bare: string }[]> {
  for (let after = 0; ; ) {
    const from: number = after;
    const page = await inOrganization(db, edit.organizationId, (tx) =>
      queryMany<{ id: number; bare: string }>(
        tx,
        sql`select id, bare from (
              select id, ltrim(external_id_key, '0') as bare, count(*) over (partition by ltrim(external_id_key, '0')) as alike
              from users where organization_id = ${edit.organizationId} and deleted_at is null and external_id_key like '0%'
            ) u where alike = 1 and id > ${from} order by id limit ${PAGE_PEOPLE}`,
      ),
    );
    yield page;
    const last = page.at(-1);
    if (page.length < PAGE_PEOPLE || !last) return;
    after = last.id;
  }
}
