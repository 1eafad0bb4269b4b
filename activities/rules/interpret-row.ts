import type { Columns } from './headers.ts';
import type { FileRow, RowContext, RowDraft } from './row-draft.ts';

export const interpretRow = (_row: FileRow, _columns: Columns, _context: RowContext): RowDraft => {
  throw new Error('soon');
};
