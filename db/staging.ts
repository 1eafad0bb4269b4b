import { sql } from 'drizzle-orm';
import { plainArray, textArray } from './arrays.ts';
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
  /** Of the row's bytes; null where an equal row may not be taken as known later. */
  hash: string | null;
  refused: boolean;
  skipped: boolean;
};

/** How long a deleted person can come back. */
const RESTORABLE = sql.raw(`interval '30 days'`);

/**
 * Stages rows in line order and matches each to the people there are: by external id, then email, living before
 * deleted ones. A row that finds nobody gets the id that its person will have, in file order.
 */
export async function stageRows(tx: Transaction, edit: ClaimedEdit, rows: RowToStage[]): Promise<void> {
  // Columns as arrays: as JSON it took PostgreSQL as long to read the rows as to store them.
  const plain = (of: (row: RowToStage) => string | number | boolean | null) => plainArray(rows.map(of));
  const texts = (of: (row: RowToStage) => string | null) => textArray(rows.map(of));
  const objects = (of: (row: RowToStage) => object) => textArray(rows.map((row) => JSON.stringify(of(row))));
  await tx.execute(sql`
    with given as materialized (
      select t.*, fold(t.email) as email_key, fold(t.external_id) as external_id_key from unnest(
        ${plain(({ line }) => line)}::int[], ${texts(({ email }) => email)}::text[],
        ${texts(({ externalId }) => externalId)}::text[], ${plain((row) => row.hasReadableIdentity)}::boolean[],
        ${texts(({ firstName }) => firstName)}::text[], ${texts(({ lastName }) => lastName)}::text[],
        ${texts(({ language }) => language)}::text[], ${plain(({ participates }) => participates)}::boolean[],
        ${objects(({ values }) => values)}::text[], ${objects(({ people }) => people)}::text[],
        ${objects(({ backdates }) => backdates)}::text[], ${texts(segmentsOf)}::text[],
        ${plain(({ fingerprint }) => fingerprint)}::text[], ${plain(({ hash }) => hash)}::uuid[], ${plain(verdictOf)}::text[])
      as t(line, email, external_id, readable, first_name, last_name, language, participates, "values", people, backdates,
        new_segments, fingerprint, row_hash, verdict)
    )
    insert into staged_rows (mass_edit_id, organization_id, line, email, external_id, email_key, external_id_key, readable,
      first_name, last_name, language, participates, "values", people, backdates, new_segments, fingerprint, row_hash,
      verdict, by_external_id, by_email, user_id, existing)
    select ${edit.id}, ${edit.organizationId}, r.line, r.email, r.external_id, r.email_key, r.external_id_key, r.readable,
      r.first_name, r.last_name, r.language, r.participates, r."values"::jsonb, r.people::jsonb, r.backdates::jsonb,
      r.new_segments::bigint[], r.fingerprint, r.row_hash, r.verdict,
      x.id, e.id,
      coalesce(x.id, e.id, d.id, nextval('users_id_seq')),
      case when coalesce(x.id, e.id) is not null then 'live' when d.id is not null then 'deleted' else 'none' end
    from given r
    left join users x on x.organization_id = ${edit.organizationId} and x.external_id_key = r.external_id_key
      and x.deleted_at is null
    left join users e on e.organization_id = ${edit.organizationId} and e.email_key = r.email_key and e.deleted_at is null
    left join lateral (
      select id from (
        select u.id, 1 as rank, u.deleted_at from users u where u.organization_id = ${edit.organizationId}
          and u.external_id_key = r.external_id_key and u.deleted_at > now() - ${RESTORABLE}
        union all
        select u.id, 2, u.deleted_at from users u where u.organization_id = ${edit.organizationId}
          and u.email_key = r.email_key and u.deleted_at > now() - ${RESTORABLE}
      ) gone where x.id is null and e.id is null order by rank, deleted_at desc limit 1
    ) d on true
    order by r.line`);
}

const segmentsOf = ({ newSegments }: RowToStage): string | null =>
  newSegments.length > 0 ? `{${newSegments.join(',')}}` : null;
const verdictOf = ({ skipped, refused }: RowToStage): string => (skipped ? 'skipped' : refused ? 'refused' : 'ok');

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

/**
 * Compares the rows with each other. Rows that say the same of one person (same email, same external id, or found to be
 * the same) are applied once: every later one is skipped, with a warning in place of all that was found in it. Rows that
 * say different things of one person are refused, each naming the other's line.
 */
export async function settleDuplicates(tx: Transaction, edit: ClaimedEdit): Promise<void> {
  await tx.execute(sql`
    with together as materialized (
      ${sharing(edit, 'email', 'email_key', 'email_key is not null')} union all
      ${sharing(edit, 'id', 'external_id_key', 'external_id_key is not null')} union all
      ${sharing(edit, 'person', 'user_id', `existing <> 'none'`)}
    ), twins as (
      select *, min(line) over (partition by kind, key, fingerprint) as first_alike,
        min(line) over (partition by kind, key) as first_line,
        first_value(fingerprint) over (partition by kind, key order by line) as first_fingerprint
      from together
    ), others as (
      select *, case when fingerprint <> first_fingerprint then first_line
        else min(line) filter (where fingerprint <> first_fingerprint) over (partition by kind, key) end as other
      from twins
    ), verdicts as materialized (
      -- What a row is told: that it repeats an earlier one, or else the first line that it contradicts.
      select line, min(first_alike) filter (where first_alike < line) as repeats, min(other) as contradicts,
        (array_agg(kind order by other nulls last, kind))[1] as kind, min(email) as email, min(external_id) as external_id
      from others group by line
    ), marked as (
      update staged_rows s set verdict = case when v.repeats is not null then 'skipped' else 'refused' end
      from verdicts v where s.mass_edit_id = ${edit.id} and s.line = v.line and (v.repeats is not null or v.contradicts is not null)
    ), taken_back as (
      delete from findings f using verdicts v where f.mass_edit_id = ${edit.id} and f.line = v.line and v.repeats is not null
    )
    insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
    select ${edit.id}, ${edit.organizationId}, line, 1, case when repeats is null then 'error' else 'warning' end,
      case when repeats is null then 'DUPLICATE_ROW' else 'DUPLICATE_IDENTICAL' end,
      case when by_id then 'External Id' else 'Email' end, left(case when by_id then external_id else email end, 200),
      json_build_object('otherLine', coalesce(repeats, contradicts))
    from (select *, kind = 'id' or email is null as by_id from verdicts) v
    where repeats is not null or contradicts is not null order by line`);
}

/** The rows that share a key, by a window and not a join, which costs the same whatever the planner believes. */
function sharing(edit: ClaimedEdit, kind: string, key: string, where: string) {
  return sql`select ${kind}::text as kind, ${sql.raw(key)}::text as key, line, fingerprint, email, external_id
    from (select *, count(*) over (partition by ${sql.raw(key)}) as rows from staged_rows
          where mass_edit_id = ${edit.id} and verdict <> 'skipped' and ${sql.raw(where)}) s where rows > 1`;
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

/** How the same bytes were read before, by the same program and limits; null where they were not, or could not be. */
export async function earlierReading(
  tx: Transaction,
  edit: ClaimedEdit,
  readBy: string,
): Promise<Record<string, unknown> | null> {
  const [earlier] = await rowsOf<{ reading: Record<string, unknown> }>(
    tx,
    sql`select e.reading from mass_edits e join mass_edits this on this.id = ${edit.id}
        where e.organization_id = ${edit.organizationId} and e.id < this.id and e.sha256 = this.sha256
          and e.size_bytes = this.size_bytes and e.reading ->> 'readBy' = ${readBy} and e.reading ? 'header'
        order by e.id desc limit 1`,
  );
  return earlier?.reading ?? null;
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
