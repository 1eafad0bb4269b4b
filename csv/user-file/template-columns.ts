import { BUILT_IN_HEADERS, backdateHeader, USER_FIELDS, type UserField } from '../../rules/columns/built-in-columns.ts';
import type { AttributeHeader, AttributeType } from '../../rules/columns/headers.ts';
import { EXAMPLE_IDENTITY } from '../../rules/rows/example-row.ts';
import type { Cell } from '../records/format-row.ts';

export type TemplateOptions = { backdating: boolean };

/** The columns of a template, in order: built-in columns, then attributes; with backdating, each date beside its value. */
export const templateHeaders = (
  attributes: readonly Pick<AttributeHeader, 'name'>[],
  options: TemplateOptions,
): string[] => [
  ...USER_FIELDS.flatMap((field) =>
    withBackdate(BUILT_IN_HEADERS[field], field === 'participates' && options.backdating),
  ),
  ...attributes.flatMap(({ name }) => withBackdate(name, options.backdating)),
];

/** The example row of the create template, in the order of `templateHeaders`. An upload skips it. */
export const exampleRow = (attributes: readonly AttributeHeader[], { backdating }: TemplateOptions): Cell[] => [
  ...USER_FIELDS.flatMap((field) =>
    field === 'participates' && backdating ? [EXAMPLE_FIELDS[field], ''] : [EXAMPLE_FIELDS[field]],
  ),
  ...attributes.flatMap(({ type }) => (backdating ? [EXAMPLES[type], ''] : [EXAMPLES[type]])),
];

const withBackdate = (name: string, backdating: boolean): string[] =>
  backdating ? [name, backdateHeader(name)] : [name];

const EXAMPLE_FIELDS: Record<UserField, string> = {
  ...EXAMPLE_IDENTITY,
  firstName: 'Example',
  lastName: 'Person',
  language: 'en',
  participates: 'TRUE',
};

const EXAMPLES: Record<AttributeType, Cell> = {
  choices: 'Example',
  dates: { plain: '2026-02-28' },
  numbers: { plain: '1234.5' },
  users: 'manager@example.com',
};
