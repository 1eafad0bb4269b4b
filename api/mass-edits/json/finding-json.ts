import { type Static, Type } from 'typebox';
import type { StoredFinding } from '../../../db/mass-edits/findings.ts';
import { describeFinding, isFindingCode, type TextLanguage } from '../../../rules/findings/describe-finding.ts';
import { nullable, nullableText, oneOf } from '../../schema-parts.ts';

export const FindingSchema = Type.Object({
  line: nullable(Type.Integer(), 'In the file, header = 1; null: of the file itself'),
  severity: oneOf(['error', 'warning']),
  code: Type.String(),
  column: nullableText(),
  value: nullableText('The cell as given, without the spaces around it, cut at 200 characters'),
  message: Type.String(),
  suggestion: Type.String(),
});
export type FindingJson = Static<typeof FindingSchema>;

/** A finding as JSON. Its sentences are made now, so that old findings have the wording of today. */
export function findingJson(found: StoredFinding, language: TextLanguage): FindingJson {
  const { line, severity, code, column, value, details } = found;
  const { message, suggestion } = isFindingCode(code)
    ? describeFinding(code, details, value, language)
    : { message: code, suggestion: '' };
  return { line, severity, code, column, value, message, suggestion };
}

export const FindingGroupSchema = Type.Object({
  code: Type.String(),
  severity: FindingSchema.properties.severity,
  count: Type.Integer(),
  examples: Type.Array(FindingSchema),
});
export type FindingGroupJson = Static<typeof FindingGroupSchema>;
