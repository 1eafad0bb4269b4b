import type { Column } from '../columns/headers.ts';
import { scopeOf } from '../findings/describe-finding.ts';
import { type Details, type Finding, type FindingCode, finding } from '../findings/findings.ts';
import type { InvalidCell, ParsedRow, RowContext } from './parsed-row.ts';

/** A row while it is being read. */
export type RowParserState = {
  parsed: ParsedRow;
  context: RowContext;
  /** Findings with the index of their column, which is their order in the end. */
  findings: readonly { index: number; finding: Finding }[];
  /** Cells of an identity with a text that is none. */
  noIdentity?: readonly { column: Column; given: string }[];
};

/** Notes a finding, and that the row is refused if it is of the kind that refuses. */
export const addFinding = (
  work: RowParserState,
  index: number,
  code: FindingCode,
  column: string | null = null,
  value: string | null = null,
  details: Details = {},
): void => {
  work.findings = append(work.findings, { index, finding: finding(work.parsed.line, code, column, value, details) });
  if (scopeOf(code, details) === 'row') work.parsed.refused = true;
};

/** Notes a cell that means nothing. */
export const addInvalidCell = ({ parsed }: RowParserState, { key, text }: InvalidCell): void => {
  parsed.invalidCells = append(parsed.invalidCells, { key, text: text.trim() });
};

/** Puts more into a list of a row. All rows share the empty one; every other one is the row's own. */
export const append = <T>(list: readonly T[], one: T): readonly T[] => {
  if (list.length === 0) return [one];
  (list as T[]).push(one);
  return list;
};
