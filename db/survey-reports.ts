import { type SQL, sql } from 'drizzle-orm';
import { rowsOf, type Transaction } from './client.ts';
import type { AttributeType } from './schema.ts';

/** What a survey says of the people of one segment. */
export type SegmentReport = {
  /** Null: people without one. */
  segment: string | null;
  /** Different authors of the answers. */
  people: number;
  answers: number;
  /** Null where none of them has a score. */
  meanScore: number | null;
  comments: string[];
};

/**
 * The report of a survey by one attribute: a score counts where it is reported under, a comment stands where it is, and
 * an answer that has no score counts where its comment is. Only segments that have something are in it; people without
 * one come last. Ranges of whole years look at the day of the answer.
 */
export async function reportOf(
  tx: Transaction,
  survey: number,
  attribute: { key: number; type: AttributeType },
): Promise<SegmentReport[]> {
  const stored = (under: string): SQL => sql`${sql.raw(under)} ->> ${String(attribute.key)}`;
  return rowsOf<SegmentReport>(
    tx,
    sql`with a as materialized (
      select id, user_id, answered_on, score, comment, ${stored('score_under')} as score_value, ${stored('comment_under')} as comment_value
      from answers where survey_id = ${survey}
    ), named as materialized (
      -- Each value is looked up once, or once a day where the day matters, however many answers there are.
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
    ), commented as (
      select comment_segment as segment, json_agg(comment order by id) as comments from placed where comment is not null
      group by comment_segment
    )
    select s.segment, coalesce(c.people, 0) as people, coalesce(c.answers, 0) as answers, c.mean as "meanScore",
      coalesce(d.comments, '[]') as comments
    from (select segment from counted union select segment from commented) s
    left join counted c on c.segment is not distinct from s.segment
    left join commented d on d.segment is not distinct from s.segment
    order by s.segment nulls last`,
  );
}

/** The day of the answer where the segment depends on it; one and the same otherwise. */
const dayThatMatters = ({ type }: { type: AttributeType }): SQL =>
  type === 'dates' ? sql`a.answered_on` : sql`'epoch'::date`;

/**
 * The name of the segment of a stored value `v.value`. Lower bounds are in, upper bounds out, as
 * activities/rules/ranges.ts decides.
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
