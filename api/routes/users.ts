import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../db/client.ts';
import { listAttributes } from '../../db/people/attributes.ts';
import { todayOf } from '../../db/people/organizations.ts';
import { findUser, listUsers } from '../../db/people/users.ts';
import { MOST_CHARACTERS } from '../../rules/values/lengths.ts';
import { requireRole } from '../auth.ts';
import { withIdentityConflict } from '../conflicts.ts';
import type { AppDeps } from '../deps.ts';
import { LongPageQuery, PageOf, PageQuery, pageOf, parseCursor, readKey, stepOf } from '../paging.ts';
import { throwProblem } from '../problems.ts';
import { changeUser } from '../users/change-user.ts';
import { historyJson, isHistoryPosition } from '../users/history-json.ts';
import { restoreUser } from '../users/restore-user.ts';
import { usersJson } from '../users/user-json.ts';
import { HistorySchema, UserPatch, UserSchema } from '../users/user-schema.ts';
import { validateText } from '../validate-text.ts';

const USERS_PATH = '/v1/organizations/:organizationId/users';
const USER_PATH = `${USERS_PATH}/:userId`;
const Params = Type.Object({ organizationId: Type.String(), userId: Type.String({ format: 'uuid' }) });
const Query = Type.Object(
  {
    email: Type.Optional(Type.String({ description: 'Exact, but for letter case and outer spaces' })),
    externalId: Type.Optional(Type.String({ description: 'As email' })),
    deleted: Type.Optional(Type.Boolean({ description: 'Only those who are deleted and can be restored' })),
    ...PageQuery,
  },
  { additionalProperties: false },
);

/** Users: to read, to change by hand, with their history, and to restore after a deletion. */
export async function userRoutes(parent: FastifyInstance, { db, config }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Users'];

  app.get(
    USERS_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: { tags, summary: 'Users', querystring: Query, response: { 200: PageOf(UserSchema) } },
    },
    async ({ query, caller }) => {
      const { email, externalId, deleted = false, cursor, limit } = query;
      const filter = {
        organizationId: caller.organization.id,
        email: email === undefined ? undefined : validateText('email', email, MOST_CHARACTERS.email),
        externalId:
          externalId === undefined ? undefined : validateText('externalId', externalId, MOST_CHARACTERS.external_id),
        deleted,
      };
      return inOrganization(db, caller.organization.id, async (tx) => {
        const today = await todayOf(tx, caller.organization.id);
        return pageOf({
          limit,
          after: readKey(cursor) ?? 0,
          step: stepOf((await listAttributes(tx)).length),
          read: (key, most) => listUsers(tx, filter, key, most),
          keyOf: ({ key }) => key,
          itemsOf: (rows) => usersJson(tx, rows, today),
        });
      });
    },
  );

  app.get(
    USER_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: { tags, summary: 'A user, also one who can be restored', params: Params, response: { 200: UserSchema } },
    },
    async ({ params, caller }) =>
      inOrganization(db, caller.organization.id, async (tx) => {
        const found = await findUser(tx, params.userId);
        const [user] = await usersJson(tx, found ? [found] : [], await todayOf(tx, caller.organization.id));
        return user ?? throwProblem('not_found', 'There is no such user.');
      }),
  );

  app.patch(
    USER_PATH,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Change a user by hand',
        params: Params,
        body: UserPatch,
        response: { 200: UserSchema },
      },
    },
    async ({ params, body: patch, asCaller }) =>
      withIdentityConflict(() =>
        asCaller(
          (tx, caller) =>
            changeUser(tx, {
              organizationId: caller.organization.id,
              userId: params.userId,
              by: caller.user.id,
              patch,
              rules: config,
            }),
          patch.role === 'user' ? 'exclusive' : 'shared',
        ),
      ),
  );

  app.get(
    `${USER_PATH}/history`,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags,
        summary: 'What a user was in, and every change that was made: memberships on the first pages, then changes',
        params: Params,
        querystring: Type.Object(LongPageQuery, { additionalProperties: false }),
        response: { 200: HistorySchema },
      },
    },
    async ({ params, query, caller }) =>
      inOrganization(db, caller.organization.id, async (tx) => {
        const after = parseCursor(query.cursor, isHistoryPosition);
        const user = await findUser(tx, params.userId);
        if (!user) return throwProblem('not_found', 'There is no such user.');
        const today = await todayOf(tx, caller.organization.id);
        return historyJson(tx, user.key, today, { after, limit: query.limit });
      }),
  );

  app.post(
    `${USER_PATH}/restoration`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Bring back a user who was deleted within 30 days',
        params: Params,
        response: { 200: UserSchema },
      },
    },
    async ({ params, asCaller }) =>
      withIdentityConflict(() =>
        asCaller((tx, caller) =>
          restoreUser(tx, { organizationId: caller.organization.id, userId: params.userId, by: caller.user.id }),
        ),
      ),
  );
}
