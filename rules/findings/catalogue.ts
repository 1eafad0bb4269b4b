import { CELL_CATALOGUE } from './catalogue-cells.ts';
import { DATE_CATALOGUE } from './catalogue-dates.ts';
import type { CatalogueEntry, DetailsIn, Scope } from './catalogue-entry.ts';
import { FILE_CATALOGUE } from './catalogue-files.ts';
import { ROW_CATALOGUE } from './catalogue-rows.ts';
import { USER_WARNING_CATALOGUE } from './catalogue-user-warnings.ts';
import { WARNING_CATALOGUE } from './catalogue-warnings.ts';
import type { Details } from './details.ts';

/** Every code with its details and its texts in English. Stable: codes are never renamed. */
export const CATALOGUE = {
  ...FILE_CATALOGUE,
  ...ROW_CATALOGUE,
  ...CELL_CATALOGUE,
  ...DATE_CATALOGUE,
  ...WARNING_CATALOGUE,
  ...USER_WARNING_CATALOGUE,
};

export type FindingCode = keyof typeof CATALOGUE;
export type FindingDetails = DetailsIn<typeof CATALOGUE>;
export type Severity = 'error' | 'warning';

/** What a finding refuses: the file, the row, the cell, or nothing. */
export const scopeOf = (code: FindingCode, details: Details = {}): Scope => {
  const { scope, isWarning }: Pick<CatalogueEntry<Details>, 'scope' | 'isWarning'> = CATALOGUE[code];
  return isWarning?.(details) ? 'warning' : scope;
};

export const severityOf = (code: FindingCode, details: Details = {}): Severity =>
  scopeOf(code, details) === 'warning' ? 'warning' : 'error';

/** Whether a text from outside (the database, a query) is one of our codes. */
export const isFindingCode = (code: string): code is FindingCode => Object.hasOwn(CATALOGUE, code);
