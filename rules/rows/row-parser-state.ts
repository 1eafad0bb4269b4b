import type { Column } from '../columns/headers.ts';
import { type FindingCode, scopeOf } from '../findings/catalogue.ts';
import type { Details } from '../findings/details.ts';
import { type Finding, finding } from '../findings/findings.ts';
import type { InvalidCell, ParsedRow, RowContext } from './parsed-row.ts';

/** A row while it is parsed. */
export type RowParserState = {
  parsed: ParsedRow;
  context: RowContext;
  /** Findings with the index of their column, by which they are sorted at the end. */
  findings: readonly { index: number; finding: Finding }[];
  /** Identity cells with a text that is no identity. */
  noIdentity?: readonly { column: Column; given: string }[];
};

/** Adds a finding, and marks the row as refused if the finding refuses rows. */
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

/** Stores the text of a cell that could not be read, without outer spaces. */
export const addInvalidCell = ({ parsed }: RowParserState, { key, text }: InvalidCell): void => {
  parsed.invalidCells = append(parsed.invalidCells, { key, text: text.trim() });
};

/** Appends to a list of a row. All rows share one empty list, so an empty list is replaced. */
export const append = <T>(list: readonly T[], one: T): readonly T[] => {
  if (list.length === 0) return [one];
  (list as T[]).push(one);
  return list;
};
