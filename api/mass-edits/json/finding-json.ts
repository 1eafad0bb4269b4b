import { type Static, Type } from 'typebox';
import type { StoredFinding } from '../../../db/mass-edits/findings.ts';
import type { FindingGroup } from '../../../db/mass-edits/findings-pages.ts';
import { isFindingCode } from '../../../rules/findings/catalogue.ts';
import { describeFinding, type TextLanguage, titleOf } from '../../../rules/findings/describe-finding.ts';
import { MAX_VALUE_CHARACTERS } from '../../../rules/findings/findings.ts';
import { nullable, nullableText, oneOf } from '../../schema-parts.ts';

export const FindingSchema = Type.Object({
  line: nullable(Type.Integer(), 'In the file, header = 1; null: of the file itself'),
  severity: oneOf(['error', 'warning']),
  code: Type.String(),
  column: nullableText(),
  value: nullableText(`The cell as given, without the spaces around it, cut at ${MAX_VALUE_CHARACTERS} characters`),
  title: Type.String({ description: 'The same for all findings of a code' }),
  message: Type.String(),
  suggestion: Type.String(),
});
export type FindingJson = Static<typeof FindingSchema>;

/** A finding as JSON. Its texts are made now, so that old findings have the wording of today. */
export function findingJson(found: StoredFinding, language: TextLanguage): FindingJson {
  const { line, severity, code, column, value, details } = found;
  const { title, message, suggestion } = isFindingCode(code)
    ? describeFinding(code, details, value, language)
    : { title: titleOf(code, language), message: code, suggestion: '' };
  return { line, severity, code, column, value, title, message, suggestion };
}

export const FindingGroupSchema = Type.Object({
  ...Type.Pick(FindingSchema, ['code', 'severity', 'title']).properties,
  count: Type.Integer(),
  examples: Type.Array(FindingSchema),
});
export type FindingGroupJson = Static<typeof FindingGroupSchema>;

/** The findings of one code as JSON. */
export const findingGroupJson = (
  { code, severity, count, examples }: FindingGroup,
  language: TextLanguage,
): FindingGroupJson => ({
  ...{ code, severity, title: titleOf(code, language), count },
  examples: examples.map((found) => findingJson(found, language)),
});
