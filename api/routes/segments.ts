import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { inOrganization, type Transaction } from '../../db/client.ts';
import {
  type Bound,
  changeSegment,
  createSegment,
  findSegment,
  listReferencedUsers,
  listSegments,
  nameInUse,
  overlapping,
  type SegmentInput,
  type SegmentView,
} from '../../db/people/segments.ts';
import { excerpt } from '../../rules/findings/findings.ts';
import { isIsoDate } from '../../rules/values/dates.ts';
import { nameKey } from '../../rules/values/text.ts';
import { requireRole } from '../auth.ts';
import { withConflict } from '../conflicts.ts';
import type { AppDeps } from '../deps.ts';
import { PageOf, PageQuery, pageOf, readKey } from '../paging.ts';
import { throwProblem } from '../problems.ts';
import { validateName } from '../validate-text.ts';
import { ATTRIBUTES_PATH, mustFindAttribute, mustLockAttribute } from './attributes.ts';

const NAME_TAKEN = 'The name or an alias is that of another segment already.';
const SEGMENTS_PATH = `${ATTRIBUTES_PATH}/:attributeId/segments`;
const Name = Type.String({
  minLength: 1,
  description: 'Compared without regard to letter case, and to the forms of quotes, dashes and spaces',
});
/** More spellings of one name than any organization has. Each is compared with every cell of the column. */
const MOST_ALIASES = 100;
const BoundJson = Type.Union([Type.Number(), Type.String(), Type.Null()]);
const Segment = Type.Object({
  id: Type.String(),
  name: Type.String(),
  aliases: Type.Array(Type.String()),
  lower: BoundJson,
  upper: BoundJson,
});
const Body = Type.Object(
  {
    name: Name,
    aliases: Type.Optional(Type.Array(Name, { maxItems: MOST_ALIASES })),
    lower: Type.Optional(BoundJson),
    upper: Type.Optional(BoundJson),
  },
  { additionalProperties: false },
);
const Params = Type.Object({ organizationId: Type.String(), attributeId: Type.String({ format: 'uuid' }) });

/**
 * The segments of an attribute. Choices: names with aliases. Numbers and dates: ranges, with the lower bound included
 * and the upper bound not; for dates, a number is whole years up to today and a text is a day. Users: the referenced
 * users, read only.
 */
export async function segmentRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Attributes'];

  app.get(
    SEGMENTS_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags,
        summary: 'The segments of an attribute',
        params: Params,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: PageOf(Segment) },
      },
    },
    async ({ params, query, caller }) => {
      const after = readKey(query.cursor) ?? 0;
      return inOrganization(db, caller.organization.id, async (tx) => {
        const attribute = await mustFindAttribute(tx, params.attributeId);
        const list = attribute.type === 'users' ? listReferencedUsers : listSegments;
        return pageOf({
          limit: query.limit,
          after,
          read: (key, limit) => list(tx, attribute.key, key, limit),
          keyOf: ({ key }) => key,
          itemsOf: (rows) => rows.map(segmentJson),
        });
      });
    },
  );

  app.post(
    SEGMENTS_PATH,
    {
      onRequest: requireRole('admin'),
      schema: { tags, summary: 'Make a segment', params: Params, body: Body, response: { 201: Segment } },
    },
    async ({ params, body, asCaller }, reply) => {
      const made = await withConflict('name_taken', NAME_TAKEN, () =>
        asCaller(async (tx, caller) => {
          const attribute = await mustLockAttribute(tx, params.attributeId);
          const segment = await checked(tx, attribute, inputOf(body), null);
          const organizationId = caller.organization.id;
          return createSegment(tx, { ...segment, organizationId, attribute: attribute.key });
        }),
      );
      return reply.code(201).send(segmentJson(made));
    },
  );

  app.patch(
    `${SEGMENTS_PATH}/:segmentId`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Change a segment; who is in it stays, and so does the history',
        description:
          'The name that a segment of choices had stays as an alias, so that files of other systems find the segment, ' +
          'unless `keepOldName` is false.',
        params: Type.Object({ ...Params.properties, segmentId: Type.String({ format: 'uuid' }) }),
        body: Type.Object(
          {
            ...Type.Partial(Body).properties,
            keepOldName: Type.Optional(
              Type.Boolean({
                default: true,
                description: 'Whether the name before the change becomes an alias',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: Segment },
      },
    },
    async ({ params, body, asCaller }) =>
      withConflict('name_taken', NAME_TAKEN, () =>
        asCaller(async (tx, caller) => {
          const attribute = await mustLockAttribute(tx, params.attributeId);
          const found = await findSegment(tx, attribute.key, params.segmentId);
          if (!found) return throwProblem('not_found', 'There is no such segment.');
          const { keepOldName = true, ...change } = body;
          const wanted = inputOf({ ...found, ...change });
          if (keepOldName && attribute.type === 'choices') await keepName(tx, attribute.key, found, wanted);
          const segment = await checked(tx, attribute, wanted, found);
          const organizationId = caller.organization.id;
          return segmentJson(
            await changeSegment(tx, { ...segment, organizationId, attribute: attribute.key, key: found.key }),
          );
        }),
      ),
  );
}

const segmentJson = ({ key: _key, ...json }: SegmentView) => json;

/** Drops an alias that repeats the name or another alias. */
function inputOf(body: Static<typeof Body>): SegmentInput {
  const name = validateName('The name', body.name);
  const aliases = new Map(
    (body.aliases ?? []).map((given) => {
      const alias = validateName('An alias', given);
      return [nameKey(alias), alias];
    }),
  );
  aliases.delete(nameKey(name));
  return { name, aliases: [...aliases.values()], lower: body.lower ?? null, upper: body.upper ?? null };
}

/** Adds the old name of a segment to its aliases, if the name has changed and no other segment has the old name. */
async function keepName(tx: Transaction, attribute: number, before: SegmentView, wanted: SegmentInput): Promise<void> {
  const key = nameKey(before.name);
  if ([wanted.name, ...wanted.aliases].some((name) => nameKey(name) === key)) return;
  if ((await nameInUse(tx, attribute, [before.name], before.key)) !== undefined) return;
  if (wanted.aliases.length >= MOST_ALIASES)
    throwProblem(
      'invalid_value',
      `A segment has ${MOST_ALIASES} aliases at most. Remove one, or send keepOldName: false.`,
    );
  wanted.aliases.push(before.name);
}

/** Checks a segment of this attribute and returns it. */
async function checked(
  tx: Transaction,
  attribute: { key: number; type: string; name: string },
  segment: SegmentInput,
  before: SegmentView | null,
): Promise<SegmentInput> {
  if (attribute.type === 'users') {
    return throwProblem(
      'invalid_value',
      `The segments of "${attribute.name}" are the people it points at; none can be made.`,
    );
  }
  // Two segments can share a name if an earlier version, which compared names otherwise, made both.
  const had = new Set(before ? [before.name, ...before.aliases] : []);
  const names = [segment.name, ...segment.aliases].filter((name) => !had.has(name));
  const besides = before?.key ?? null;
  const taken = await nameInUse(tx, attribute.key, names, besides);
  if (taken !== undefined)
    return throwProblem('name_taken', `"${taken}" is a name or alias of another segment already.`);
  const isRange = segment.lower !== null || segment.upper !== null;
  if (attribute.type === 'choices') {
    if (isRange) return throwProblem('invalid_value', 'A segment of choices has a name, not bounds.');
    return segment;
  }
  if (!isRange) return throwProblem('invalid_value', 'A range needs a lower bound, an upper bound, or both.');
  checkBounds(attribute.type, segment.lower, segment.upper);
  const other = await overlapping(tx, attribute.key, segment, besides);
  if (other !== undefined) return throwProblem('range_overlaps', `The range shares values with "${other}".`);
  return segment;
}

function checkBounds(type: string, lower: Bound, upper: Bound): void {
  const kinds = new Set([lower, upper].filter((bound) => bound !== null).map((bound) => typeof bound));
  if (kinds.size > 1) throwProblem('invalid_value', 'Both bounds have to be numbers, or both days.');
  if (kinds.has('string')) {
    if (type === 'numbers') throwProblem('invalid_value', 'A bound of a number has to be a number.');
    for (const bound of [lower, upper]) {
      if (typeof bound === 'string' && !isIsoDate(bound))
        throwProblem('invalid_value', `"${excerpt(bound)}" is not a day such as 2026-02-28.`);
    }
  }
  if (lower !== null && upper !== null && lower >= upper)
    throwProblem('invalid_value', 'The lower bound has to be below the upper one.');
}
