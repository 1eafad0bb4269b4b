import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { findingsCte, hasFindings } from '../mass-edits/findings-listed.ts';
import { type KeyRange, optimisticThenChecked, rowsOfKeyRange } from './apply-key-range.ts';

/**
 * Changes the memberships of the users of a key range. The old membership is closed in history on the day of applying;
 * the new one holds from that day. If a row was refused while applying, the user of that row may not exist. A reference
 * to such a user is dropped, with a finding for the row.
 *
 * If another writer was faster, the "before" values of the plan are corrected, so that the record stays true.
 *
 * @param refusedWhileApplying whether stage 5 refused any row: only then can a reference lead to a user who does not
 *   exist
 */
export async function changeMemberships(
  tx: Transaction,
  edit: ClaimedMassEdit,
  range: KeyRange,
  refusedWhileApplying: boolean,
): Promise<void> {
  if (refusedWhileApplying) await clearLostReferences(tx, edit, range);
  const created = rowsOfKeyRange(edit, range, 'create');
  if (range.creates > 0)
    await optimisticThenChecked(
      tx,
      (inner) => createMemberships(inner, edit, created),
      (inner) => moveMemberships(inner, edit, created),
    );
  if (range.updates > 0) await moveMemberships(tx, edit, rowsOfKeyRange(edit, range, 'update'));
}

/** For new users. No other writer can have created their memberships. */
async function createMemberships(tx: Transaction, edit: ClaimedMassEdit, rows: SQL): Promise<void> {
  await tx.execute(sql`
    insert into memberships (user_id, organization_id, "values", since)
    select user_id, organization_id, attributes_after, ${edit.appliedOn}::date from (${rows}) p
    where attributes_after is not null`);
}

async function moveMemberships(tx: Transaction, edit: ClaimedMassEdit, rows: SQL): Promise<void> {
  const day = edit.appliedOn;
  await queryOne(
    tx,
    sql`with p as materialized (
      -- Locks each row in key order. Another writer of the same users waits for this chunk, or this chunk waits for the
      -- writer.
      select p.line, p.user_id, coalesce(p.attributes_before, '{}') as before, p.attributes_after as after,
        m.user_id is not null as held, coalesce(m."values", '{}') as current, m.since, coalesce(m.since_of, '{}') as since_of
      from (select * from (${rows}) r where attributes_after is not null offset 0) p
      left join lateral (select * from memberships o where o.user_id = p.user_id for update) m on true
    ), closed as (
      insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      select ${edit.organizationId}, p.user_id, k.key::bigint, daterange(k.since, ${day}::date), p.current -> k.key
      from p cross join lateral (select key, coalesce((p.since_of ->> key)::date, p.since) as since
        from jsonb_object_keys(p.after) as o(key)) k
      where p.current ? k.key and p.current -> k.key is distinct from p.after -> k.key and k.since < ${day}::date
      order by p.user_id, k.key
    ), opened as (
      insert into memberships (user_id, organization_id, "values", since)
      select user_id, ${edit.organizationId}, jsonb_strip_nulls(after), ${day}::date from p where not held order by user_id
    ), moved as (
      -- A value that did not change after all keeps its day. A cleared value has none.
      update memberships m set "values" = jsonb_strip_nulls(m."values" || p.after),
        since_of = p.since_of || coalesce((select jsonb_object_agg(k, ${day}::text) from jsonb_each(p.after) as c(k, v)
            where v <> 'null' and p.current -> k is distinct from v), '{}')
          - array(select k from jsonb_each(p.after) as c(k, v) where v = 'null')
      from p where p.held and m.user_id = p.user_id and m.user_id = any(array(select user_id from p))
    ), wrong as materialized (
      select line, truth from (
        select line, before, coalesce((select jsonb_object_agg(k, p.current -> k) from jsonb_object_keys(p.after) as o(k)
          where p.current ? k), '{}') as truth from p where held
      ) t where before <> truth
    ), corrected as (
      update plan_rows r set attributes_before = nullif(w.truth, '{}') from wrong w
      where r.mass_edit_id = ${edit.id} and r.line = w.line and r.line = any(array(select line from wrong))
    )
    select count(*) from p`,
  );
}

/** Whether stage 5 refused any row: its user had changed, or another user had taken its email or external id. */
export async function anyRefusedWhileApplying(tx: Transaction, edit: ClaimedMassEdit): Promise<boolean> {
  const { any } = await queryOne<{ any: boolean }>(
    tx,
    sql`select ${hasFindings(edit, 'Upsert users', { codes: ['CHANGED_SINCE_PLAN', 'EMAIL_TAKEN', 'EXTERNAL_ID_TAKEN'] })} as any`,
  );
  return any;
}

/** Clears, in the rows of a key range, each reference to a user who does not exist, and adds a finding to the row. */
async function clearLostReferences(tx: Transaction, edit: ClaimedMassEdit, { after, lastId }: KeyRange): Promise<void> {
  await tx.execute(sql`
    with p as materialized (
      select line, user_id, attributes_after from plan_rows where mass_edit_id = ${edit.id}
        and action in ('create', 'update') and user_id > ${after} and user_id <= ${lastId}
    ), named as materialized (
      select p.line, a.id::text as key, a.name, (p.attributes_after ->> a.id::text)::bigint as person
      from p join attributes a on a.organization_id = ${edit.organizationId} and a.type = 'users'
        and p.attributes_after ? a.id::text and p.attributes_after -> a.id::text <> 'null'
    ), lost as materialized (
      select n.*, (select r.line from plan_rows r where r.mass_edit_id = ${edit.id} and r.action = 'refused'
        and r.user_id = n.person limit 1) as other
      from named n left join lateral (select true as is_there from users o where o.id = n.person and o.deleted_at is null
        offset 0) u on true
      where u.is_there is null
    ), dropped as materialized (
      select line, array_agg(key) as keys from lost group by line
    ), ${findingsCte(edit, 'Attribute mutations', {
      code: 'PERSON_ROW_REFUSED',
      line: sql`line`,
      column: sql`name`,
      details: { otherLine: sql`other` },
      from: sql`lost`,
    })}
    update plan_rows r set attributes_after = nullif(r.attributes_after - d.keys, '{}'),
      attributes_changed = attributes_changed - cardinality(d.keys), row_hash = null
    from dropped d where r.mass_edit_id = ${edit.id} and r.line = d.line and r.line = any(array(select line from dropped))`);
}
