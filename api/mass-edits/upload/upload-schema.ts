import { Type } from 'typebox';
import { OptionsSchema } from '../json/mass-edit-schema.ts';

/** The headers of an upload, without the general ones of HTTP. */
export const UPLOAD_HEADERS = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same key with the same upload gives the same mass edit, however often it is sent',
    }),
  ),
  'content-digest': Type.Optional(
    Type.String({ description: 'RFC 9530, sha-256 or sha-512 of the body: what arrives is compared with it' }),
  ),
});

const { resetEmptyFields, deleteMissingUsers, review } = OptionsSchema.properties;

/** The two framings of an upload, for the documentation only: the body is read as a stream. */
export const UPLOAD_BODY = {
  content: {
    'multipart/form-data': {
      schema: Type.Object({
        resetEmptyFields: Type.Optional(resetEmptyFields),
        deleteMissingUsers: Type.Optional(deleteMissingUsers),
        review: Type.Optional(review),
        sha256: Type.Optional(Type.String({ description: 'Of the file, in hex or base64' })),
        file: Type.String({ format: 'binary', description: 'The CSV, after the options' }),
      }),
    },
    'text/csv': { schema: Type.String({ format: 'binary', description: 'The CSV, with the options in the query' }) },
  },
};
