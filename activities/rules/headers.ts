import type { Finding } from './findings.ts';
import type { OwnField } from './own-headers.ts';

export type AttributeType = 'choices' | 'dates' | 'numbers' | 'users';
export type AttributeHeader = { id: number; name: string; type: AttributeType };

/** A column of the file that is ours. */
export type Column = {
  /** Place in the row, the first being 0. */
  index: number;
  /** The name by which findings call it. */
  name: string;
  kind: OwnField | AttributeType | 'backdate';
  /** Attribute id, or an own field's name, of the value; for a backdate, that of the column it stands beside. */
  key: string;
  /** 0 for own fields. */
  attributeId: number;
};

export type Columns = {
  /** Cells in the header: a row with more has too many, one with fewer is short. */
  width: number;
  /** Our columns in the file's order. */
  list: Column[];
  /** The header has a `_code` column: an error log that is uploaded again. */
  isErrorLog: boolean;
};

/** Columns, or null where the header makes the file unusable; all that is to say of the header either way. */
export type HeaderReading = { columns: Columns | null; findings: Finding[] };

export const readHeaders = (
  _cells: readonly string[],
  _attributes: readonly AttributeHeader[],
  _line = 1,
): HeaderReading => {
  throw new Error('soon');
};
