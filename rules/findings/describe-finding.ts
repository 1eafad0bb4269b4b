import { CELL_CATALOGUE } from './catalogue-cells.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { FILE_CATALOGUE } from './catalogue-files.ts';
import { ROW_CATALOGUE } from './catalogue-rows.ts';
import { WARNING_CATALOGUE } from './catalogue-warnings.ts';
import type { Details, FindingCode, FindingDetails, Scope, Severity } from './findings.ts';
import type { Texts, TextsOf } from './message-types.ts';
import { SWEDISH_CELLS } from './messages-sv-cells.ts';
import { SWEDISH_FILES } from './messages-sv-files.ts';
import { SWEDISH_ROWS } from './messages-sv-rows.ts';
import { SWEDISH_WARNINGS } from './messages-sv-warnings.ts';

/** Every code with its texts: file errors, row errors, cell errors, warnings. docs/findings.md is generated from it. */
export const CATALOGUE: { [C in FindingCode]: CatalogueEntry<FindingDetails[C]> } = {
  ...FILE_CATALOGUE,
  ...ROW_CATALOGUE,
  ...CELL_CATALOGUE,
  ...WARNING_CATALOGUE,
};

/** The languages of the sentences. */
export const TEXT_LANGUAGES = ['en', 'sv'] as const;
export type TextLanguage = (typeof TEXT_LANGUAGES)[number];

const TEXTS: Record<TextLanguage, TextsOf<typeof CATALOGUE>> = {
  en: CATALOGUE,
  sv: { ...SWEDISH_FILES, ...SWEDISH_ROWS, ...SWEDISH_CELLS, ...SWEDISH_WARNINGS },
};

export type Described = { severity: Severity; message: string; suggestion: string };

/**
 * Makes the sentences of a stored finding: what is wrong, and how to mend it. Details may be missing, because a finding
 * may be older than the texts.
 */
export const describeFinding = <C extends FindingCode>(
  code: C,
  details: Details = {},
  value: string | null = null,
  language: TextLanguage = 'en',
): Described => {
  const entry: Texts<FindingDetails[C]> = TEXTS[language][code];
  const known = details as FindingDetails[C];
  return {
    severity: severityOf(code, details),
    message: entry.message(known, value),
    suggestion: entry.suggestion(known, value),
  };
};

/** What a finding refuses: the file, the row, the cell, or nothing. */
export const scopeOf = (code: FindingCode, details: Details = {}): Scope => {
  const { scope, isWarning }: CatalogueEntry<Details> = CATALOGUE[code];
  return isWarning?.(details) ? 'warning' : scope;
};

/** Whether a finding is an error or a warning, by its code and details. */
export const severityOf = (code: FindingCode, details: Details = {}): Severity =>
  scopeOf(code, details) === 'warning' ? 'warning' : 'error';

/** Whether a text from outside (the database, a query) is one of our codes. */
export const isFindingCode = (code: string): code is FindingCode => Object.hasOwn(CATALOGUE, code);
