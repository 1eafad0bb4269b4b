import type postgres from 'postgres';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { TokenRole } from '../../db/schema/schema.ts';
import { type TestApi, tokenFor } from './mass-edit-api.ts';
import { newOrganization, type TestOrganization } from './organization.ts';

export type Upload = {
  api: TestApi;
  organization: TestOrganization;
  token: string;
  headers?: Record<string, string>;
};

export const massEditsOf = ({ api, organization }: Pick<Upload, 'api' | 'organization'>): string =>
  `${api.url}/v1/organizations/${organization.id}/mass-edits`;

/** Uploads a CSV as it is, with the options in the query (`?review=always`). */
export const uploadRaw = (upload: Upload, csv: string | Buffer, query = ''): Promise<Response> =>
  fetch(massEditsOf(upload) + query, {
    method: 'POST',
    headers: { authorization: `Bearer ${upload.token}`, 'content-type': 'text/csv', ...upload.headers },
    body: Buffer.from(csv),
  });

/** A part of a form: a field, or a file with a name and a type. */
export type Part = [name: string, value: string | Buffer] | [name: string, value: string | Buffer, file: FilePart];
type FilePart = { name: string; type?: string };

export const BOUNDARY = 'the-boundary';

/** A form as bytes, so that a test can cut it anywhere and order its parts freely. */
export function formOf(parts: Part[]): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(([name, value, file]) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file.name}"` : ''}\r\n`,
    `${file?.type ? `Content-Type: ${file.type}\r\n` : ''}\r\n`,
    value,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece)));
}

export const csvPart = (csv: string | Buffer, file: FilePart = { name: 'people.csv', type: 'text/csv' }): Part => [
  'file',
  csv,
  file,
];

export const uploadForm = (upload: Upload, parts: Part[]): Promise<Response> =>
  fetch(massEditsOf(upload), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${upload.token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      ...upload.headers,
    },
    body: formOf(parts),
  });

/** The JSON of an answer: a mass edit, or a problem with its code and detail. */
export const bodyOf = async (answer: Response): Promise<MassEditJson & { code: string; detail: string }> =>
  (await answer.json()) as MassEditJson & { code: string; detail: string };

/** A user who may upload (or may not), in an organization of their own. */
export async function newUpload(sql: postgres.Sql, api: TestApi, role: TokenRole = 'editor'): Promise<Upload> {
  const organization = await newOrganization(sql);
  return { api, organization, token: await tokenFor(sql, organization, role) };
}

/** The rows that uploads have left in the tables of an organization. */
export async function whatIsLeft(
  sql: postgres.Sql,
  { organization: { id } }: Upload,
): Promise<{ files: number; chunks: number; massEdits: number }> {
  const [left] = await sql<{ files: number; chunks: number; massEdits: number }[]>`
    select (select count(*)::int from files where organization_id = ${id}) as files,
      (select count(*)::int from file_chunks where organization_id = ${id}) as chunks,
      (select count(*)::int from mass_edits where organization_id = ${id}) as "massEdits"`;
  return left!;
}
export const NOTHING = { files: 0, chunks: 0, massEdits: 0 };
export const ONE = { files: 1, chunks: 1, massEdits: 1 };
