import { and, eq, gt, sql } from 'drizzle-orm';
import { only, queryMany, type RowOf, type Transaction } from '../client.ts';
import { segmentAliases, segments } from '../schema/schema.ts';
import { textArray } from '../sql/array-literals.ts';
import { keptTwin } from '../sql/kept-twin.ts';

/** A bound of a range: a number, or for dates also a day `YYYY-MM-DD`. */
export type Bound = number | string | null;
/** The checked values of a segment. */
export type SegmentInput = { name: string; aliases: string[]; lower: Bound; upper: Bound };
type NewSegment = SegmentInput & { organizationId: string; attribute: number };

const COLUMNS = {
  key: segments.id,
  id: segments.publicId,
  name: segments.name,
  lower: sql<Bound>`coalesce(to_json(lower_number), to_json(lower_day))`,
  upper: sql<Bound>`coalesce(to_json(upper_number), to_json(upper_day))`,
  aliases: sql<
    string[]
  >`coalesce((select json_agg(alias order by alias) from segment_aliases l where l.segment_id = segments.id), '[]')`,
};
/** `key` is the internal key, `id` the public one. */
export type SegmentView = RowOf<typeof COLUMNS>;

/** The segments of an attribute after a key, in the order they were made. */
export async function listSegments(
  tx: Transaction,
  attribute: number,
  after: number,
  limit: number,
): Promise<SegmentView[]> {
  return tx
    .select(COLUMNS)
    .from(segments)
    .where(and(eq(segments.attributeId, attribute), gt(segments.id, after)))
    .orderBy(segments.id)
    .limit(limit);
}

/** The users that a users attribute points at. Each is a segment: the users under them. */
export async function listReferencedUsers(
  tx: Transaction,
  attribute: number,
  after: number,
  limit: number,
): Promise<SegmentView[]> {
  return queryMany<SegmentView>(
    tx,
    sql`select u.id as key, u.public_id as id, coalesce(u.email, u.external_id) as name, '[]'::json as aliases,
          null as lower, null as upper
        from users u where u.deleted_at is null and u.id > ${after} and u.id in (
          select (m."values" ->> ${String(attribute)})::bigint from memberships m
          join users w on w.id = m.user_id and w.deleted_at is null where m."values" ? ${String(attribute)})
        order by u.id limit ${limit}`,
  );
}

/** A segment of an attribute (by internal key) by public id; undefined if the attribute has none with this id. */
export async function findSegment(tx: Transaction, attribute: number, id: string): Promise<SegmentView | undefined> {
  const [found] = await tx
    .select(COLUMNS)
    .from(segments)
    .where(and(eq(segments.attributeId, attribute), eq(segments.publicId, id)));
  return found;
}

/** The first of these names (a segment's name and its aliases) that another segment of the attribute has. */
export async function nameInUse(
  tx: Transaction,
  attribute: number,
  names: string[],
  besides: number | null,
): Promise<string | undefined> {
  const [taken] = await queryMany<{ name: string }>(
    tx,
    sql`select n.name from json_array_elements_text(${JSON.stringify(names)}::json) as n(name)
        where exists (select from segments s where s.attribute_id = ${attribute} and s.name_key = fold_name(n.name)
            and s.id is distinct from ${besides})
          or exists (select from segment_aliases l where l.attribute_id = ${attribute} and l.alias_key = fold_name(n.name)
            and l.segment_id is distinct from ${besides}) limit 1`,
  );
  return taken?.name;
}

/** The first range of the attribute that shares a value with the given range. Ranges of other kinds count too. */
export async function overlapping(
  tx: Transaction,
  attribute: number,
  range: { lower: Bound; upper: Bound },
  besides: number | null,
): Promise<string | undefined> {
  const { lowerDay, upperDay, lowerNumber, upperNumber } = columnsOf(range);
  const [found] = await queryMany<{ name: string }>(
    tx,
    sql`select s.name from segments s where s.attribute_id = ${attribute} and s.id is distinct from ${besides}
          and case when ${lowerDay ?? upperDay}::text is not null then
            daterange(s.lower_day, s.upper_day) && daterange(${lowerDay}::date, ${upperDay}::date)
            or coalesce(s.lower_number, s.upper_number) is not null
          else numrange(s.lower_number, s.upper_number) && numrange(${lowerNumber}::numeric, ${upperNumber}::numeric)
            or coalesce(s.lower_day, s.upper_day) is not null end
        order by s.id limit 1`,
  );
  return found?.name;
}

/** @throws a unique violation if a mass edit has created the name meanwhile */
export async function createSegment(tx: Transaction, segment: NewSegment): Promise<SegmentView> {
  const { organizationId, attribute, name } = segment;
  const values = { organizationId, attributeId: attribute, name, ...columnsOf(segment) };
  const { id } = only(await tx.insert(segments).values(values).returning({ id: segments.id }));
  return withAliases(tx, segment, id);
}

/** Changes name, aliases and bounds. The memberships do not change, because they refer to the key. */
export async function changeSegment(tx: Transaction, segment: NewSegment & { key: number }): Promise<SegmentView> {
  const values = { name: segment.name, twin: keptTwin(segment.name), ...columnsOf(segment) };
  await tx.update(segments).set(values).where(eq(segments.id, segment.key));
  return withAliases(tx, segment, segment.key);
}

/** Sets the aliases of a segment, and returns the segment as it is now. */
async function withAliases(
  tx: Transaction,
  { organizationId, attribute, aliases }: NewSegment,
  key: number,
): Promise<SegmentView> {
  const ofSegment = eq(segmentAliases.segmentId, key);
  await tx.delete(segmentAliases).where(and(ofSegment, sql`alias <> all(${textArray(aliases)}::text[])`));
  await tx.execute(sql`insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
    select ${organizationId}, ${attribute}, ${key}, a from json_array_elements_text(${JSON.stringify(aliases)}::json) a
    where a not in (select alias from segment_aliases where ${ofSegment}) on conflict do nothing`);
  return only(await tx.select(COLUMNS).from(segments).where(eq(segments.id, key)));
}

/** Days and numbers have columns of their own. */
function columnsOf({ lower, upper }: { lower: Bound; upper: Bound }) {
  const number = (bound: Bound) => (typeof bound === 'number' ? String(bound) : null);
  const day = (bound: Bound) => (typeof bound === 'string' ? bound : null);
  return { lowerNumber: number(lower), upperNumber: number(upper), lowerDay: day(lower), upperDay: day(upper) };
}
