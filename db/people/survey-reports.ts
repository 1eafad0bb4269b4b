import { type SQL, sql } from 'drizzle-orm';
import type { AttributeType } from '../../rules/columns/headers.ts';
import { queryMany, type Transaction } from '../client.ts';

/**
 * The position at which a page of a report ended: a segment (null: users without one) and its last comment, 0 if before
 * the first.
 */
export type ReportPosition = { segment: string | null; comment: number };
/**
 * The report of a survey for the users of one segment, and one of their comments. Each segment begins with a row
 * without a comment.
 */
export type ReportRow = {
  /** Null: users without a segment. */
  segment: string | null;
  /** Different authors of the answers. */
  people: number;
  answers: number;
  /** Null if none of the answers has a score. */
  meanScore: number | null;
  comment: string | null;
  commentKey: number;
};

/**
 * The report of a survey by one attribute, after a position. A score counts in the segment it is reported under, and a
 * comment in the segment of its own. An answer without a score counts in the segment of its comment. Segments without
 * answers are left out, and users without a segment come last. Ranges of whole years use the day of the answer.
 */
export async function reportOf(
  tx: Transaction,
  survey: number,
  attribute: { key: number; type: AttributeType },
  after: ReportPosition | null,
  limit: number,
): Promise<ReportRow[]> {
  const stored = (under: string): SQL => sql`${sql.raw(under)} ->> ${String(attribute.key)}`;
  return queryMany<ReportRow>(
    tx,
    sql`with a as materialized (
      select id, user_id, answered_on, score, comment, ${stored('score_under')} as score_value, ${stored('comment_under')} as comment_value
      from answers where survey_id = ${survey} and removed_at is null
    ), named as materialized (
      -- Each value is looked up once, or once a day if the day matters, for any number of answers.
      select v.value, v.answered_on, ${SEGMENT_NAME[attribute.type](attribute.key)} as segment
      from (select score_value as value, ${dayThatMatters(attribute)} as answered_on from a
        union select comment_value, ${dayThatMatters(attribute)} from a) v
      where v.value is not null
    ), placed as materialized (
      select a.*, s.segment as score_segment, c.segment as comment_segment from a
      left join named s on s.value = a.score_value and s.answered_on = ${dayThatMatters(attribute)}
      left join named c on c.value = a.comment_value and c.answered_on = ${dayThatMatters(attribute)}
    ), counted as (
      select segment, count(distinct user_id)::int as people, count(*)::int as answers, avg(score)::float8 as mean
      from (select *, case when score is null then comment_segment else score_segment end as segment from placed) p
      group by segment
    ), told as (
      select segment, 0::bigint as key, null as comment from counted
      union all select comment_segment, id, comment from placed where comment is not null
      -- A segment with comments only begins with a row without a comment, too.
      union select comment_segment, 0, null from placed where comment is not null
    )
    select t.segment, coalesce(c.people, 0) as people, coalesce(c.answers, 0) as answers, c.mean as "meanScore",
      t.comment, t.key as "commentKey"
    -- One text for both, so that the join can be hashed: is not distinct from cannot.
    from told t left join counted c on ${sql.raw(`${keyOf('c')} = ${keyOf('t')}`)}
    where ${after === null} or (t.segment is null, coalesce(t.segment, ''), t.key)
      > (${(after?.segment ?? null) === null}, ${after?.segment ?? ''}, ${after?.comment ?? 0}::bigint)
    order by t.segment is null, t.segment, t.key limit ${limit}`,
  );
}

const keyOf = (row: string): string => `coalesce('=' || ${row}.segment, '')`;

/** The day of the answer if the segment depends on it; otherwise a constant. */
const dayThatMatters = ({ type }: { type: AttributeType }): SQL =>
  type === 'dates' ? sql`a.answered_on` : sql`'epoch'::date`;

/**
 * The name of the segment of a stored value `v.value`. Lower bounds are included and upper bounds are not, as in
 * rules/values/ranges.ts.
 */
const SEGMENT_NAME: Record<AttributeType, (attribute: number) => SQL> = {
  choices: (attribute) =>
    sql`(select s.name from segments s where s.attribute_id = ${attribute} and s.id = v.value::bigint)`,
  users: () => sql`(select coalesce(u.email, u.external_id) from users u where u.id = v.value::bigint)`,
  numbers: (attribute) => sql`(select s.name from segments s where s.attribute_id = ${attribute}
    and (s.lower_number is null or s.lower_number <= v.value::numeric) and (s.upper_number is null or v.value::numeric < s.upper_number)
    order by s.id limit 1)`,
  dates: (attribute) => sql`(select s.name from segments s
    cross join lateral (select whole_years(v.value::date, v.answered_on) as years) y
    where s.attribute_id = ${attribute}
      and (s.lower_day is null or s.lower_day <= v.value::date) and (s.upper_day is null or v.value::date < s.upper_day)
      and (s.lower_number is null or s.lower_number <= y.years) and (s.upper_number is null or y.years < s.upper_number)
    order by s.id limit 1)`,
};
