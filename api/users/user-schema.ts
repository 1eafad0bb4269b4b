import { type Static, Type } from 'typebox';
import { NextCursor } from '../paging.ts';
import { nullable, nullableText } from '../schema-parts.ts';

const Role = Type.Union([Type.Literal('user'), Type.Literal('admin')]);

const AttributeValue = Type.Object({
  value: Type.Union([Type.Number(), Type.String()], {
    description:
      'A name, a day, a number (as text where a JSON number would lose digits), or a person by email or external id',
  }),
  segment: nullableText('Null: the value is in none of the ranges'),
  since: Type.String({ description: 'The day from which it holds' }),
  userId: Type.Optional(Type.String({ description: 'Of the person named' })),
});

/** A user. Attributes by name, only those that have a value. */
export const UserSchema = Type.Object({
  id: Type.String(),
  email: nullableText(),
  externalId: nullableText(),
  firstName: Type.String(),
  lastName: nullableText(),
  language: Type.String(),
  participates: Type.Boolean(),
  role: Role,
  attributes: Type.Record(Type.String(), AttributeValue),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  deletedAt: nullableText(),
});
export type UserJson = Static<typeof UserSchema>;

/**
 * The fields that can be changed by hand. The rules for rows of a file check the values, and whether they may be null.
 */
export const UserPatch = Type.Object(
  {
    firstName: Type.Optional(nullableText()),
    lastName: Type.Optional(nullableText()),
    email: Type.Optional(nullableText()),
    externalId: Type.Optional(nullableText()),
    language: Type.Optional(nullableText()),
    participates: Type.Optional(nullable(Type.Boolean())),
    role: Type.Optional(nullable(Role)),
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
      segment: nullableText(),
      value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
      from: Type.String(),
      to: nullableText('The first day on which it held no more'),
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
      massEditId: nullableText('Null: by hand'),
      line: nullable(Type.Integer()),
      by: nullableText(),
    }),
  ),
  nextCursor: NextCursor,
});
export type HistoryJson = Static<typeof HistorySchema>;
