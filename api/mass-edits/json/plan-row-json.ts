import { type Static, Type } from 'typebox';
import { FINDINGS_SHOWN, type Names, type PlanRowView } from '../../../db/mass-edits/plan-views.ts';
import type { TemplateAttribute } from '../../../db/people/templates.ts';
import { MAX_SHOWN_CHARACTERS } from '../../../db/sql/shown-length.ts';
import { BUILT_IN_HEADERS, backdateHeader, USER_FIELDS } from '../../../rules/columns/built-in-columns.ts';
import type { TextLanguage } from '../../../rules/findings/describe-finding.ts';
import { formatBoolean } from '../../../rules/values/booleans.ts';
import { nullable, nullableText, oneOf } from '../../schema-parts.ts';
import { FindingSchema, findingJson } from './finding-json.ts';

export const PlanRowSchema = Type.Object({
  line: nullable(Type.Integer(), 'In the file; null for a user who is not in it'),
  action: oneOf(['create', 'update', 'unchanged', 'refused', 'skipped', 'delete']),
  user: Type.Object({
    id: nullable(Type.String({ format: 'uuid' }), 'null if the user does not exist yet'),
    email: nullableText(),
    externalId: nullableText(),
    firstName: nullableText(),
    lastName: nullableText(),
  }),
  restores: Type.Boolean({ description: 'The row restores a deleted user' }),
  changes: Type.Array(Type.Object({ column: Type.String(), before: nullableText(), after: nullableText() })),
  answersRemoved: nullable(
    Type.Object({ answers: Type.Integer(), comments: Type.Integer() }),
    'What the row takes, or has taken, out of reports. Null if the row dates no end of participation. For 30 days',
  ),
  tokens: Type.Optional(
    Type.Integer({ description: 'Of a user who is deleted: how many access tokens stop with the user' }),
  ),
  reports: Type.Optional(
    Type.Integer({ description: 'Of a user who is deleted: how many users who stay are below, in a hierarchy' }),
  ),
  findings: Type.Array(FindingSchema, { description: `The first ${FINDINGS_SHOWN}; the list of findings has all` }),
});
export type PlanRowJson = Static<typeof PlanRowSchema>;

/** The ids in these rows whose names must be looked up. */
export function idsIn(rows: PlanRowView[], attributes: TemplateAttribute[]): { segments: number[]; people: number[] } {
  const types = new Map(attributes.map(({ id, type }) => [String(id), type]));
  const ids = { segments: new Set<number>(), people: new Set<number>() };
  for (const row of rows) {
    for (const values of [row.attributesBefore, row.attributesAfter]) {
      for (const [key, value] of Object.entries(values ?? {})) {
        const type = types.get(key);
        if (typeof value !== 'number') continue;
        if (type === 'choices') ids.segments.add(value);
        if (type === 'users') ids.people.add(value);
      }
    }
  }
  return { segments: [...ids.segments], people: [...ids.people] };
}

/** A plan row as JSON: old → new for each cell that changes, in the order of the template. */
export function planRowJson(
  row: PlanRowView,
  attributes: TemplateAttribute[],
  names: Names,
  language: TextLanguage,
): PlanRowJson {
  return {
    line: row.line,
    action: row.action,
    user: row.user,
    restores: row.restores,
    answersRemoved: row.answersRemoved,
    changes: [...fieldChanges(row), ...attributeChanges(row, attributes, names)],
    findings: row.findings.map((found) => findingJson(found, language)),
  };
}

function fieldChanges({ before, after, backdates }: PlanRowView): PlanRowJson['changes'] {
  const changed = USER_FIELDS.filter((field) => after && Object.hasOwn(after, field)).map((field) => ({
    column: BUILT_IN_HEADERS[field],
    before: asText(before?.[field]),
    after: asText(after?.[field]),
  }));
  return [...changed, ...backdate(BUILT_IN_HEADERS.participates, backdates?.participates)];
}

function attributeChanges(row: PlanRowView, attributes: TemplateAttribute[], names: Names): PlanRowJson['changes'] {
  const { attributesBefore, attributesAfter, backdates } = row;
  return attributes.flatMap(({ id: key, name, type }) => {
    const id = String(key);
    const shown = (value: unknown): string | null => {
      if (type === 'choices') return names.segments.get(Number(value)) ?? null;
      if (type === 'users') return names.people.get(Number(value)) ?? null;
      return asText(value);
    };
    const changed =
      attributesAfter && Object.hasOwn(attributesAfter, id)
        ? [{ column: name, before: shown(attributesBefore?.[id]), after: shown(attributesAfter[id]) }]
        : [];
    return [...changed, ...backdate(name, backdates?.[id])];
  });
}

const backdate = (name: string, day: string | undefined): PlanRowJson['changes'] =>
  day === undefined ? [] : [{ column: backdateHeader(name), before: null, after: day }];

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'boolean' ? formatBoolean(value) : String(value).slice(0, MAX_SHOWN_CHARACTERS);
}
