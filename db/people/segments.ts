import { sql } from 'drizzle-orm';
import { queryMany, queryOne, type Transaction } from '../client.ts';

/** A bound of a range: a number, or for dates also a day `YYYY-MM-DD`. */
export type Bound = number | string | null;
/** `key` is the internal key, `id` the public one. */
export type SegmentView = { key: number; id: string; name: string; aliases: string[]; lower: Bound; upper: Bound };
/** The checked values of a segment. */
export type SegmentInput = { name: string; aliases: string[]; lower: Bound; upper: Bound };

const COLUMNS = sql.raw(`s.id as key, s.public_id as id, s.name,
  coalesce(to_json(s.lower_number), to_json(s.lower_day)) as lower, coalesce(to_json(s.upper_number), to_json(s.upper_day)) as upper,
  coalesce((select json_agg(alias order by alias) from segment_aliases l where l.segment_id = s.id), '[]') as aliases`);

/** The segments of an attribute after a key, in the order they were made. */
export async function listSegments(
  tx: Transaction,
  attribute: number,
  after: number,
  limit: number,
): Promise<SegmentView[]> {
  return queryMany<SegmentView>(
    tx,
    sql`select ${COLUMNS} from segments s where attribute_id = ${attribute} and s.id > ${after} order by s.id limit ${limit}`,
  );
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
  const [found] = await queryMany<SegmentView>(
    tx,
    sql`select ${COLUMNS} from segments s where attribute_id = ${attribute} and public_id = ${id}`,
  );
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
  const bounds = columnsOf(range);
  const [found] = await queryMany<{ name: string }>(
    tx,
    sql`select s.name from segments s where s.attribute_id = ${attribute} and s.id is distinct from ${besides}
          and case when ${bounds.isDay} then
            daterange(s.lower_day, s.upper_day) && daterange(${bounds.lowerDay}::date, ${bounds.upperDay}::date)
            or coalesce(s.lower_number, s.upper_number) is not null
          else numrange(s.lower_number, s.upper_number) && numrange(${bounds.lowerNumber}::numeric, ${bounds.upperNumber}::numeric)
            or coalesce(s.lower_day, s.upper_day) is not null end
        order by s.id limit 1`,
  );
  return found?.name;
}

/** @throws a unique violation if a mass edit has created the name meanwhile */
export async function createSegment(
  tx: Transaction,
  segment: SegmentInput & { organizationId: string; attribute: number },
): Promise<SegmentView> {
  const bounds = columnsOf(segment);
  const { id } = await queryOne<{ id: string }>(
    tx,
    sql`insert into segments (organization_id, attribute_id, name, lower_number, upper_number, lower_day, upper_day)
        values (${segment.organizationId}, ${segment.attribute}, ${segment.name}, ${bounds.lowerNumber}::numeric,
          ${bounds.upperNumber}::numeric, ${bounds.lowerDay}::date, ${bounds.upperDay}::date) returning public_id as id`,
  );
  await setAliases(tx, segment.organizationId, segment.attribute, id, segment.aliases);
  return mustFind(tx, segment.attribute, id);
}

/** Changes name, aliases and bounds. The memberships do not change, because they refer to the key. */
export async function changeSegment(
  tx: Transaction,
  segment: SegmentInput & { organizationId: string; attribute: number; id: string },
): Promise<SegmentView> {
  const bounds = columnsOf(segment);
  // A twin stays a twin as long as its name compares equal.
  await tx.execute(sql`update segments set name = ${segment.name},
    twin = case when name_key = fold_name(${segment.name}) then twin else 0 end, lower_number = ${bounds.lowerNumber}::numeric,
    upper_number = ${bounds.upperNumber}::numeric, lower_day = ${bounds.lowerDay}::date, upper_day = ${bounds.upperDay}::date
    where public_id = ${segment.id} and attribute_id = ${segment.attribute}`);
  await setAliases(tx, segment.organizationId, segment.attribute, segment.id, segment.aliases);
  return mustFind(tx, segment.attribute, segment.id);
}

async function setAliases(
  tx: Transaction,
  organizationId: string,
  attribute: number,
  id: string,
  aliases: string[],
): Promise<void> {
  const ofSegment = sql`(select id from segments where public_id = ${id})`;
  const wanted = sql`json_array_elements_text(${JSON.stringify(aliases)}::json)`;
  await tx.execute(
    sql`delete from segment_aliases where segment_id = ${ofSegment} and alias not in (select ${wanted})`,
  );
  await tx.execute(sql`insert into segment_aliases (organization_id, attribute_id, segment_id, alias)
    select ${organizationId}, ${attribute}, ${ofSegment}, a from ${wanted} a
    where a not in (select alias from segment_aliases where segment_id = ${ofSegment}) on conflict do nothing`);
}

async function mustFind(tx: Transaction, attribute: number, id: string): Promise<SegmentView> {
  const found = await findSegment(tx, attribute, id);
  if (!found) throw new Error('A segment that was just written is not there');
  return found;
}

/** Days and numbers have columns of their own. */
function columnsOf({ lower, upper }: { lower: Bound; upper: Bound }) {
  const isDay = typeof lower === 'string' || typeof upper === 'string';
  return {
    isDay,
    lowerNumber: isDay ? null : lower,
    upperNumber: isDay ? null : upper,
    lowerDay: isDay ? lower : null,
    upperDay: isDay ? upper : null,
  };
}
