import { eq, gt, type SQL, sql } from 'drizzle-orm';
import { only, queryOne, type RowOf, type Transaction } from '../client.ts';
import { surveys } from '../schema/schema.ts';
import { valuesOn } from '../sql/membership-at.ts';
import { iso } from '../sql/timestamps.ts';

/**
 * An answer as a client sends it. The author: by external id, email or both; `userEmail` may be an external id if the
 * author has no email. The day of the answer. A score, a comment, or both.
 */
export type NewAnswer = {
  userEmail?: string;
  externalId?: string;
  answeredOn: string;
  question: string;
  score?: number;
  comment?: string;
};

const COLUMNS = {
  key: surveys.id,
  id: surveys.publicId,
  name: surveys.name,
  sentOn: surveys.sentOn,
  createdAt: iso(surveys.createdAt),
};
/** A survey; `key` is the internal one, `id` the one that leaves the service. */
export type SurveyView = RowOf<typeof COLUMNS>;

/** Stores a survey. A second run stores a second one: names are not unique. */
export async function createSurvey(
  tx: Transaction,
  survey: { organizationId: string; name: string; sentOn: string },
): Promise<SurveyView> {
  return only(await tx.insert(surveys).values(survey).returning(COLUMNS));
}

/** Surveys after a key, in the order they were made. */
export async function listSurveys(tx: Transaction, after: number, limit: number): Promise<SurveyView[]> {
  return tx.select(COLUMNS).from(surveys).where(gt(surveys.id, after)).orderBy(surveys.id).limit(limit);
}

/** A survey by public id (a UUID); undefined if the organization has none with this id. */
export async function findSurvey(tx: Transaction, id: string): Promise<SurveyView | undefined> {
  const [found] = await tx.select(COLUMNS).from(surveys).where(eq(surveys.publicId, id));
  return found;
}

/**
 * Stores answers, each reported under the memberships of its author on the day it was given. All or none: if an answer
 * names no active user, nothing is stored, and `unknown` has its index in the list, from 0. A second run stores them
 * again.
 */
export async function addAnswers(
  tx: Transaction,
  survey: { organizationId: string; key: number },
  answers: readonly NewAnswer[],
): Promise<{ stored: number; unknown: number[] }> {
  const named = sql`(select g.*, ${AUTHOR} as user_id from ${given(answers)} g)`;
  const { unknown } = await queryOne<{ unknown: number[] }>(
    tx,
    sql`select coalesce(json_agg(a.index order by a.index), '[]') as unknown from ${named} a where a.user_id is null`,
  );
  if (unknown.length > 0) return { stored: 0, unknown };
  await tx.execute(sql`
    insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
    select ${survey.organizationId}, ${survey.key}, a.user_id, a."answeredOn", a.question, a.score, a.comment, w.under, w.under
    from ${named} a cross join lateral (${valuesOn(sql`a.user_id`, sql`a."answeredOn"`)}) w
    order by a.index`);
  return { stored: answers.length, unknown };
}

/** The list as rows, with the keys that identities are compared by. */
function given(answers: readonly NewAnswer[]): SQL {
  return sql`(select (o.place - 1)::int as index, t.*, fold(t."userEmail") as email_key, fold(t."externalId") as external_id_key
    from json_array_elements(${JSON.stringify(answers)}::json) with ordinality as o(answer, place)
    cross join lateral json_to_record(o.answer) as t("userEmail" text, "externalId" text, "answeredOn" date, question text,
      score smallint, comment text))`;
}

/** The active user that a row of `given` names. Each query has one key, so that each uses its index. */
const AUTHOR = sql.raw(`case when g.external_id_key is not null
  then (select u.id from users u where u.deleted_at is null and u.external_id_key = g.external_id_key
    and (g.email_key is null or u.email_key = g.email_key))
  else coalesce((select u.id from users u where u.deleted_at is null and u.email_key = g.email_key),
    (select u.id from users u where u.deleted_at is null and u.external_id_key = g.email_key)) end`);
