import { type TSchema, Type } from 'typebox';

const described = (description?: string) => (description ? { description } : {});

/** A value of the schema, or null. */
export const nullable = <Schema extends TSchema>(schema: Schema, description?: string) =>
  Type.Union([schema, Type.Null()], described(description));

/** A text, or null. */
export const nullableText = (description?: string) => nullable(Type.String(), description);

/** One of some texts. */
export const oneOf = <const Text extends string>(values: readonly Text[], description?: string) =>
  Type.Unsafe<Text>({ type: 'string', enum: [...values], ...described(description) });
