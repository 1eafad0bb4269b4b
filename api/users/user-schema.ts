import { type Static, Type } from 'typebox';
import { NextCursor } from '../paging.ts';

const orNull = Type.Union([Type.String(), Type.Null()]);
const Role = Type.Union([Type.Literal('user'), Type.Literal('admin')]);

const AttributeValue = Type.Object({
  value: Type.Union([Type.Number(), Type.String()], {
    description:
      'A name, a day, a number (as text where a JSON number would lose digits), or a person by email or external id',
  }),
  segment: Type.Union([Type.String(), Type.Null()], { description: 'Null: the value is in none of the ranges' }),
  since: Type.String({ description: 'The day from which it holds' }),
  userId: Type.Optional(Type.String({ description: 'Of the person named' })),
});

/** A user. Attributes by name, only those that have a value. */
export const UserSchema = Type.Object({
  id: Type.String(),
  email: orNull,
  externalId: orNull,
  firstName: Type.String(),
  lastName: orNull,
  language: Type.String(),
  participates: Type.Boolean(),
  role: Role,
  attributes: Type.Record(Type.String(), AttributeValue),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  deletedAt: orNull,
});
export type UserJson = Static<typeof UserSchema>;

/**
 * The fields that can be changed by hand. The rules for rows of a file check the values, and whether they may be null.
 */
export const UserPatch = Type.Object(
  {
    firstName: Type.Optional(orNull),
    lastName: Type.Optional(orNull),
    email: Type.Optional(orNull),
    externalId: Type.Optional(orNull),
    language: Type.Optional(orNull),
    participates: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    role: Type.Optional(Type.Union([Role, Type.Null()])),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()]), {
        description: 'By name; null clears',
      }),
    ),
  },
  { additionalProperties: false },
);
export type UserPatchJson = Static<typeof UserPatch>;

export const HistorySchema = Type.Object({
  memberships: Type.Array(
    Type.Object({
      attribute: Type.String(),
      segment: Type.Union([Type.String(), Type.Null()]),
      value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
      from: Type.String(),
      to: Type.Union([Type.String(), Type.Null()], { description: 'The first day on which it held no more' }),
    }),
  ),
  changes: Type.Array(
    Type.Object({
      at: Type.String(),
      field: Type.String({
        description: 'firstName, …, deleted, the name of an attribute, or one of them and " backdate"',
      }),
      before: Type.Unknown(),
      after: Type.Unknown(),
      massEditId: Type.Union([Type.String(), Type.Null()], { description: 'Null: by hand' }),
      line: Type.Union([Type.Integer(), Type.Null()]),
      by: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  nextCursor: NextCursor,
});
export type HistoryJson = Static<typeof HistorySchema>;
