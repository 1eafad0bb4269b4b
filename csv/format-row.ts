/** What a cell is made of: text, which is guarded; or numbers and dates, which are left alone. */
export type Cell = string | { plain: string };
export const UTF8_BOM = '\ufeff';

export const formatRow = (_cells: readonly Cell[], _options: { delimiter?: string } = {}): string => {
  throw new Error('soon');
};
