import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization, type Transaction } from '../../db/client.ts';
import {
  type AttributeView,
  changeAttribute,
  createAttribute,
  edgesOf,
  findAttribute,
  listAttributes,
  lockAttribute,
  pageOfAttributes,
} from '../../db/people/attributes.ts';
import { serialize } from '../../db/people/users.ts';
import { BACKDATE_SUFFIX, headerKey, userFieldOf } from '../../rules/columns/built-in-columns.ts';
import { findCycles } from '../../rules/hierarchy/cycles.ts';
import { requireRole } from '../auth.ts';
import { withConflict } from '../conflicts.ts';
import type { AppDeps } from '../deps.ts';
import { PageOf, PageQuery, pageOf, readKey } from '../paging.ts';
import { throwProblem } from '../problems.ts';
import { validateName } from '../validate-text.ts';

export const ATTRIBUTES_PATH = '/v1/organizations/:organizationId/attributes';
const Name = Type.String({ minLength: 1, description: 'Compared without regard to letter case' });
const AttributeType = Type.Union([
  Type.Literal('choices'),
  Type.Literal('dates'),
  Type.Literal('numbers'),
  Type.Literal('users'),
]);
const Attribute = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: AttributeType,
  hierarchy: Type.Boolean(),
  createdAt: Type.String(),
});

/** The attributes of an organization: the columns that a file can have beside the built-in fields. */
export async function attributeRoutes(parent: FastifyInstance, { db, config }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Attributes'];

  app.get(
    ATTRIBUTES_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags,
        summary: 'All attributes, in the order of the columns of a template',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: PageOf(Attribute) },
      },
    },
    async ({ query, caller }) => {
      const after = readKey(query.cursor) ?? 0;
      return inOrganization(db, caller.organization.id, (tx) =>
        pageOf({
          limit: query.limit,
          after,
          read: (key, limit) => pageOfAttributes(tx, key, limit),
          keyOf: ({ key }) => key,
          itemsOf: (rows) => rows.map(attributeJson),
        }),
      );
    },
  );

  app.post(
    ATTRIBUTES_PATH,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Make an attribute',
        body: Type.Object(
          { name: Name, type: AttributeType, hierarchy: Type.Optional(Type.Boolean()) },
          { additionalProperties: false },
        ),
        response: { 201: Attribute },
      },
    },
    async ({ body, asCaller }, reply) => {
      const { type, hierarchy = false } = body;
      const name = checkedName(body.name);
      if (hierarchy && type !== 'users')
        return throwProblem('invalid_value', 'Only an attribute of type users can be a hierarchy.');
      const attribute = await withConflict('name_taken', `There is an attribute "${name}" already.`, () =>
        asCaller(async (tx, caller) => {
          // A user has a value of each, and a file has a column for each: both need a limit.
          if ((await listAttributes(tx)).length >= config.maxColumns)
            throwProblem('invalid_value', `An organization has ${config.maxColumns} attributes at most.`);
          return createAttribute(tx, { organizationId: caller.organization.id, name, type, hierarchy });
        }),
      );
      return reply.code(201).send(attributeJson(attribute));
    },
  );

  app.patch(
    `${ATTRIBUTES_PATH}/:attributeId`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Rename an attribute, or make it a hierarchy',
        params: Type.Object({ organizationId: Type.String(), attributeId: Type.String({ format: 'uuid' }) }),
        body: Type.Object(
          { name: Type.Optional(Name), hierarchy: Type.Optional(Type.Boolean()) },
          { additionalProperties: false },
        ),
        response: { 200: Attribute },
      },
    },
    async ({ body, params, asCaller }) => {
      const name = body.name === undefined ? undefined : checkedName(body.name);
      return withConflict('name_taken', `There is an attribute "${name}" already.`, () =>
        asCaller(async (tx, caller) => {
          // Before any lock, so that no cycle is closed during the search for cycles.
          if (body.hierarchy) await serialize(tx, caller.organization.id);
          const found = await mustLockAttribute(tx, params.attributeId);
          const hierarchy = body.hierarchy ?? found.hierarchy;
          if (hierarchy && !found.hierarchy) await refuseCycles(tx, found);
          return attributeJson(await changeAttribute(tx, found.key, { name: name ?? found.name, hierarchy }));
        }),
      );
    },
  );
}

/** @throws the problem `not_found` */
export async function mustFindAttribute(tx: Transaction, id: string): Promise<AttributeView> {
  return (await findAttribute(tx, id)) ?? throwProblem('not_found', 'There is no such attribute.');
}

/** As `mustFindAttribute`, and makes other changes of the attribute and its segments wait. */
export async function mustLockAttribute(tx: Transaction, id: string): Promise<AttributeView> {
  return (await lockAttribute(tx, id)) ?? throwProblem('not_found', 'There is no such attribute.');
}

const attributeJson = ({ key: _key, ...json }: AttributeView) => json;

function checkedName(given: string): string {
  const name = validateName('The name', given);
  const key = headerKey(name);
  // Built-in columns, backdate columns, names that begin with _ and names without a visible character are never read as
  // an attribute.
  if (key === '' || userFieldOf(key) || key.endsWith(BACKDATE_SUFFIX) || key.startsWith('_')) {
    return throwProblem(
      'name_reserved',
      `"${name}" is the name of a column of its own in every file. Choose another name.`,
    );
  }
  return name;
}

/** A hierarchy must have no cycles, so an attribute with a cycle cannot become a hierarchy. */
async function refuseCycles(tx: Transaction, attribute: AttributeView): Promise<void> {
  if (attribute.type !== 'users')
    return throwProblem('invalid_value', 'Only an attribute of type users can be a hierarchy.');
  const edges = await edgesOf(tx, attribute.key);
  const numbers = new Map(edges.map((edge, i) => [edge.person, i]));
  const next = Int32Array.from(edges, (edge) => numbers.get(edge.pointsAt) ?? -1);
  const cycles = findCycles(next);
  if (cycles.length > 0) {
    throwProblem(
      'hierarchy_has_cycle',
      `People form ${cycles.length} cycle(s) in "${attribute.name}". Mend them first.`,
    );
  }
}
