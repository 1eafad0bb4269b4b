import { sql } from 'drizzle-orm';
import { rowOf, rowsOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/** A row of the file as it was read; see activities/rules/interpret-row.ts for what each part means. */
export type RowToStage = {
  line: number;
  email: string | null;
  externalId: string | null;
  hasReadableIdentity: boolean;
  firstName: string | null;
  lastName: string | null;
  language: string | null;
  participates: boolean | null;
  values: Record<string, number | string | null>;
  people: Record<string, string>;
  backdates: Record<string, string>;
  newSegments: number[];
  fingerprint: string;
  refused: boolean;
  skipped: boolean;
};

/** How long a deleted person can come back. */
export const RESTORABLE = sql.raw(`interval '30 days'`);

/**
 * Stages rows in line order and matches each to the people there are: by external id, then email, living before
 * deleted ones. A row that finds nobody gets the id that its person will have, in file order.
 */
export async function stageRows(tx: Transaction, edit: ClaimedEdit, rows: RowToStage[]): Promise<void> {
  await tx.execute(sql`
    with r as materialized (
      select t.*, fold(t.email) as email_key, fold(t."externalId") as external_id_key
      from json_to_recordset(${JSON.stringify(rows)}::json) as t(
        line int, email text, "externalId" text, "hasReadableIdentity" boolean, "firstName" text, "lastName" text,
        language text, participates boolean, "values" jsonb, people jsonb, backdates jsonb, "newSegments" json,
        fingerprint text, refused boolean, skipped boolean)
    )
    insert into staged_rows (mass_edit_id, organization_id, line, email, external_id, readable, first_name, last_name,
      language, participates, "values", people, backdates, new_segments, fingerprint, verdict, by_external_id, by_email,
      user_id, existing)
    select ${edit.id}, ${edit.organizationId}, r.line, r.email, r."externalId", r."hasReadableIdentity", r."firstName",
      r."lastName", r.language, r.participates, r."values", r.people, r.backdates,
      case when json_array_length(r."newSegments") > 0
        then array(select json_array_elements_text(r."newSegments")::bigint) end,
      r.fingerprint, case when r.skipped then 'skipped' when r.refused then 'refused' else 'ok' end,
      x.id, e.id,
      coalesce(x.id, e.id, d.id, nextval('users_id_seq')),
      case when coalesce(x.id, e.id) is not null then 'live' when d.id is not null then 'deleted' else 'none' end
    from r
    left join users x on x.organization_id = ${edit.organizationId} and x.external_id_key = r.external_id_key
      and x.deleted_at is null
    left join users e on e.organization_id = ${edit.organizationId} and e.email_key = r.email_key and e.deleted_at is null
    left join lateral (
      select u.id from users u
      where x.id is null and e.id is null and u.organization_id = ${edit.organizationId}
        and u.deleted_at > now() - ${RESTORABLE}
        and (u.external_id_key = r.external_id_key or u.email_key = r.email_key)
      order by (u.external_id_key is not distinct from r.external_id_key) desc, u.deleted_at desc limit 1
    ) d on true
    order by r.line`);
}

/** Ids for segments that may have to be made, taken from the sequence beforehand so that rows can name them. */
export async function reserveSegmentIds(tx: Transaction, count: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    tx,
    sql`select nextval('segments_id_seq') as id from generate_series(1, ${count})`,
  );
  return rows.map((row) => row.id);
}

export type PlannedSegment = { id: number; attributeId: number; name: string };

export async function planSegments(tx: Transaction, edit: ClaimedEdit, segments: PlannedSegment[]): Promise<void> {
  if (segments.length === 0) return;
  await tx.execute(sql`
    insert into planned_segments (mass_edit_id, organization_id, id, attribute_id, name)
    select ${edit.id}, ${edit.organizationId}, t.id, t."attributeId", t.name
    from json_to_recordset(${JSON.stringify(segments)}::json) as t(id bigint, "attributeId" bigint, name text)`);
}

/** New names that earlier chunks of this file have planned, for an attempt that goes on in the middle. */
export async function plannedSegments(tx: Transaction, edit: ClaimedEdit): Promise<PlannedSegment[]> {
  return rowsOf<PlannedSegment>(
    tx,
    sql`select id, attribute_id as "attributeId", name from planned_segments where mass_edit_id = ${edit.id}`,
  );
}

/** Where two rows mean one person: same email, same external id, or found to be the same. */
const TOGETHER = (edit: ClaimedEdit) => {
  const mine = sql`mass_edit_id = ${edit.id} and verdict <> 'skipped'`;
  const sharing = (kind: string, key: ReturnType<typeof sql>, some: ReturnType<typeof sql>) => sql`
    select ${kind}::text as kind, (${key})::text as key, line, fingerprint, email, external_id from staged_rows
    where ${mine} and ${some} and ${key} in
      (select ${key} from staged_rows where ${mine} and ${some} group by 1 having count(*) > 1)`;
  return sql`with together as materialized (
    ${sharing('email', sql`email_key`, sql`email_key is not null`)} union all
    ${sharing('id', sql`external_id_key`, sql`external_id_key is not null`)} union all
    ${sharing('person', sql`user_id`, sql`existing <> 'none'`)})`;
};

/**
 * Rows that say the same of the same person are applied once: every later one is skipped, with a warning in place of
 * all that was found in it. Gives how many.
 */
export async function skipIdenticalRows(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { skipped } = await rowOf<{ skipped: number }>(
    tx,
    sql`${TOGETHER(edit)}, twins as (
      select t.line, min(t.first) as first from (
        select line, min(line) over (partition by kind, key, fingerprint) as first from together) t
      where t.first < t.line group by t.line
    ), skipped as (
      update staged_rows s set verdict = 'skipped' from twins
      where s.mass_edit_id = ${edit.id} and s.line = twins.line returning s.line, s.email, s.external_id, twins.first
    ), taken_back as (
      delete from findings f using twins where f.mass_edit_id = ${edit.id} and f.line = twins.line
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 1, 'warning', 'DUPLICATE_IDENTICAL',
        case when email is not null then 'Email' else 'External Id' end, left(coalesce(email, external_id), 200),
        json_build_object('otherLine', first)
      from skipped order by line
    )
    select count(*)::int as skipped from skipped`,
  );
  return skipped;
}

/** Rows that say different things of one person are refused, each naming the other's line. Gives how many. */
export async function refuseContradictingRows(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { refused } = await rowOf<{ refused: number }>(
    tx,
    sql`${TOGETHER(edit)}, firsts as (
      select kind, key, min(line) as line, (array_agg(fingerprint order by line))[1] as fingerprint
      from together group by kind, key
    ), seconds as (
      select t.kind, t.key, min(t.line) as line from together t
      join firsts f on f.kind = t.kind and f.key = t.key and f.fingerprint <> t.fingerprint group by t.kind, t.key
    ), sides as (
      select distinct on (t.line) t.line, t.kind, t.email, t.external_id,
        case when t.fingerprint = f.fingerprint then s.line else f.line end as other
      from together t join firsts f on f.kind = t.kind and f.key = t.key join seconds s on s.kind = t.kind and s.key = t.key
      order by t.line, other
    ), refused as (
      update staged_rows s set verdict = 'refused' from sides
      where s.mass_edit_id = ${edit.id} and s.line = sides.line returning s.line
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 1, 'error', 'DUPLICATE_ROW',
        case when kind = 'id' or email is null then 'External Id' else 'Email' end,
        left(case when kind = 'id' or email is null then external_id else email end, 200),
        json_build_object('otherLine', other)
      from sides order by line
    )
    select count(*)::int as refused from refused`,
  );
  return refused;
}

/** Every name that a choices cell can match: segments first, then their aliases. */
export async function choiceNames(
  tx: Transaction,
  edit: ClaimedEdit,
): Promise<{ attributeId: number; segmentId: number; name: string; viaAlias: boolean }[]> {
  return rowsOf(
    tx,
    sql`select s.attribute_id as "attributeId", s.id as "segmentId", s.name, false as "viaAlias" from segments s
          join attributes a on a.id = s.attribute_id where s.organization_id = ${edit.organizationId} and a.type = 'choices'
        union all
        select l.attribute_id, l.segment_id, l.alias, true from segment_aliases l
          where l.organization_id = ${edit.organizationId}
        order by "viaAlias"`,
  );
}

export type RangeRow = {
  attributeId: number;
  segmentId: number;
  lowerNumber: string | null;
  upperNumber: string | null;
  lowerDay: string | null;
  upperDay: string | null;
};

/** The ranges of all dates and numbers attributes. */
export async function ranges(tx: Transaction, edit: ClaimedEdit): Promise<RangeRow[]> {
  return rowsOf<RangeRow>(
    tx,
    sql`select s.attribute_id as "attributeId", s.id as "segmentId", s.lower_number::text as "lowerNumber",
          s.upper_number::text as "upperNumber", s.lower_day::text as "lowerDay", s.upper_day::text as "upperDay"
        from segments s join attributes a on a.id = s.attribute_id
        where s.organization_id = ${edit.organizationId} and a.type in ('dates', 'numbers') order by s.id`,
  );
}

export type AttributeRow = { id: number; name: string; type: 'choices' | 'dates' | 'numbers' | 'users' };

/** The organization's attributes, which the headers of a file are matched with. */
export async function attributesOf(tx: Transaction, edit: ClaimedEdit): Promise<AttributeRow[]> {
  return rowsOf<AttributeRow>(
    tx,
    sql`select id, name, type from attributes where organization_id = ${edit.organizationId} order by id`,
  );
}

/** Keeps how the file is read, for the person to see and for an attempt that goes on. */
export async function keepReading(tx: Transaction, edit: ClaimedEdit, reading: Record<string, unknown>): Promise<void> {
  await tx.execute(sql`update mass_edits set reading = ${JSON.stringify(reading)}::jsonb where id = ${edit.id}`);
}

/**
 * Counts rows into the ledger, in the transaction that stages them, and gives how many there are by now. What the ledger
 * counted is what staging is proved against.
 */
export async function countRows(tx: Transaction, edit: ClaimedEdit, more: number): Promise<number> {
  const { rows } = await rowOf<{ rows: number }>(
    tx,
    sql`update mass_edits set rows = rows + ${more} where id = ${edit.id} returning rows`,
  );
  return rows;
}
