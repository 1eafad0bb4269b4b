import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/**
 * Checks what comes in against the schema of its route. Texts of a query become the numbers and booleans that the schema
 * asks for, and defaults are filled in; a body is taken as it is: in JSON, null and "" and 0 are different things.
 * Nothing is dropped in silence: what a schema does not know and does not allow is refused.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : Value.Convert(schema, Value.Default(schema, given));
    if (validator.Check(value)) return { value };
    return { error: validator.Errors(value) as FastifySchemaValidationError[] };
  };
};
