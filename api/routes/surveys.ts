import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { inOrganization, type Transaction } from '../../db/client.ts';
import { listAttributes } from '../../db/people/attributes.ts';
import {
  addAnswers,
  createSurvey,
  findSurvey,
  listSurveys,
  type NewAnswer,
  type SurveyView,
} from '../../db/people/surveys.ts';
import { isIsoDate } from '../../rules/values/dates.ts';
import { MOST_CHARACTERS } from '../../rules/values/lengths.ts';
import { requireRole } from '../auth.ts';
import type { AppDeps } from '../deps.ts';
import { LongPageQuery, NextCursor, PageOf, PageQuery, pageOf, readKey } from '../paging.ts';
import { throwProblem } from '../problems.ts';
import { nullable, nullableText } from '../schema-parts.ts';
import { reportJson } from '../survey-report-json.ts';
import { attributeNamed } from '../users/parse-attributes.ts';
import { validateName, validateText } from '../validate-text.ts';

const SURVEYS_PATH = '/v1/organizations/:organizationId/surveys';
/** Answers in one request: as many as fit into a body of the usual limit, one MiB. */
const MOST_ANSWERS = 10_000;
const LONGEST_QUESTION = 1_000;
const LONGEST_COMMENT = 10_000;

const Survey = Type.Object({ id: Type.String(), name: Type.String(), sentOn: Type.String(), createdAt: Type.String() });
const NewSurvey = Type.Object(
  { name: Type.String(), sentOn: Type.String({ description: 'YYYY-MM-DD' }) },
  { additionalProperties: false },
);
const Params = Type.Object({ organizationId: Type.String(), surveyId: Type.String({ format: 'uuid' }) });
// The route checks the values, because it can name the answer that is wrong.
const Answer = Type.Object(
  {
    userEmail: Type.Optional(Type.String({ description: 'Of the author; or the external id of one without email' })),
    externalId: Type.Optional(Type.String({ description: 'Of the author, instead of the email or beside it' })),
    answeredOn: Type.String({ description: 'YYYY-MM-DD' }),
    question: Type.String(),
    score: Type.Optional(nullable(Type.Number({ description: '1 to 5' }))),
    comment: Type.Optional(nullableText()),
  },
  { additionalProperties: false },
);
const Report = Type.Object({
  segments: Type.Array(
    Type.Object({
      segment: nullableText('Null: people without one'),
      people: Type.Integer({ description: 'Different authors of the answers' }),
      answers: Type.Integer(),
      meanScore: nullable(Type.Number()),
      comments: Type.Array(Type.String(), {
        description: 'Those on this page; the next one may have more of the segment',
      }),
    }),
  ),
  nextCursor: NextCursor,
});

/** Surveys, their answers, and the report by segment: the small model that makes backdating visible. */
export async function surveyRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Surveys'];

  app.post(
    SURVEYS_PATH,
    {
      onRequest: requireRole('admin'),
      schema: { tags, summary: 'Make a survey', body: NewSurvey, response: { 201: Survey } },
    },
    async ({ body, asCaller }, reply) => {
      const name = validateName('The name', body.name);
      if (!isIsoDate(body.sentOn)) return throwProblem('invalid_value', 'sentOn has to be a day such as 2026-02-28.');
      const survey = await asCaller((tx, caller) =>
        createSurvey(tx, { organizationId: caller.organization.id, name, sentOn: body.sentOn }),
      );
      return reply.code(201).send(surveyJson(survey));
    },
  );

  app.get(
    SURVEYS_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags,
        summary: 'All surveys',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: PageOf(Survey) },
      },
    },
    async ({ query, caller }) => {
      const after = readKey(query.cursor) ?? 0;
      return inOrganization(db, caller.organization.id, (tx) =>
        pageOf({
          limit: query.limit,
          after,
          read: (key, limit) => listSurveys(tx, key, limit),
          keyOf: ({ key }) => key,
          itemsOf: (rows) => rows.map(surveyJson),
        }),
      );
    },
  );

  app.post(
    `${SURVEYS_PATH}/:surveyId/answers`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Add answers, all or none, each under the segments that its author was in on that day',
        params: Params,
        body: Type.Array(Answer, { maxItems: MOST_ANSWERS }),
        response: { 201: Type.Object({ answers: Type.Integer({ description: 'How many were stored' }) }) },
      },
    },
    async ({ params, body, asCaller }, reply) => {
      const stored = await asCaller(async (tx, caller) => {
        const organizationId = caller.organization.id;
        const survey = await mustFindSurvey(tx, params.surveyId);
        const result = await addAnswers(tx, { organizationId, key: survey.key }, body.map(checkedAnswer));
        const [index] = result.unknown;
        if (index === undefined) return result.stored;
        return throwProblem('person_not_found', `The author of answer ${index} is not a user. Nothing was stored.`, {
          index,
        });
      });
      return reply.code(201).send({ answers: stored });
    },
  );

  app.get(
    `${SURVEYS_PATH}/:surveyId/report`,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags,
        summary: 'The answers to a survey by the segments of an attribute; `limit` counts segments and comments',
        params: Params,
        querystring: Type.Object({ attribute: Type.String(), ...LongPageQuery }, { additionalProperties: false }),
        response: { 200: Report },
      },
    },
    async ({ params, query, caller }) =>
      inOrganization(db, caller.organization.id, async (tx) => {
        const survey = await mustFindSurvey(tx, params.surveyId);
        const wanted = validateText('attribute', query.attribute, MOST_CHARACTERS.name);
        const attribute = attributeNamed(await listAttributes(tx), wanted);
        if (!attribute) return throwProblem('attribute_unknown', 'There is no attribute of this name.');
        return reportJson(tx, survey.key, attribute, query);
      }),
  );
}

async function mustFindSurvey(tx: Transaction, id: string): Promise<SurveyView> {
  return (await findSurvey(tx, id)) ?? throwProblem('not_found', 'There is no such survey.');
}

const surveyJson = ({ key: _key, ...json }: SurveyView) => json;

/** An answer as it is stored. Refuses (`invalid_value`) a wrong value and gives the index of the answer, from 0. */
function checkedAnswer(given: Static<typeof Answer>, index: number): NewAnswer {
  const refuse = (what: string) =>
    throwProblem('invalid_value', `Answer ${index}: ${what} Nothing was stored.`, { index });
  const text = (field: string, value: string | null | undefined, most: number) =>
    value ? validateText(`Answer ${index}: ${field}`, value, most, { index }) || undefined : undefined;
  const { answeredOn, score } = given;
  const answer = {
    userEmail: text('userEmail', given.userEmail, MOST_CHARACTERS.person),
    externalId: text('externalId', given.externalId, MOST_CHARACTERS.external_id),
    question: text('question', given.question, LONGEST_QUESTION) ?? refuse('question is empty.'),
    comment: text('comment', given.comment, LONGEST_COMMENT),
    answeredOn,
    score: score ?? undefined,
  };
  if (!answer.userEmail && !answer.externalId) refuse('it has no author, by userEmail or externalId.');
  if (!isIsoDate(answeredOn)) refuse('answeredOn has to be a day such as 2026-02-28.');
  if (answer.score !== undefined && ![1, 2, 3, 4, 5].includes(answer.score)) refuse('score has to be 1 to 5.');
  if (answer.score === undefined && answer.comment === undefined) refuse('it has neither a score nor a comment.');
  return answer;
}
