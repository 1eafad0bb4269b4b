/** The columns of the samples, in the order of the template of an organization that has the attribute `Salary band`. */
export const SAMPLE_HEADERS = [
  'Email',
  'External Id',
  'First name',
  'Last name',
  'Language',
  'Participate in survey',
  'Employment type',
  'Gender',
  'Country',
  'Department',
  'Date of Birth',
  'Employment Date',
  'Termination date',
  'Manager',
  'Salary band',
] as const;
export type SampleHeader = (typeof SAMPLE_HEADERS)[number];

/** One row by header; empty text is an empty cell. */
export type SampleRow = Record<SampleHeader, string>;

/**
 * A file in the format of the templates: `;` between cells, a line feed after every line. This writer is separate from
 * the product's own, so that the samples test the reader and stay the same if the product's writer changes. Throws on a
 * cell that would need a quote or the formula guard: no cell of the samples does.
 */
export function csvText<Header extends string>(
  headers: readonly Header[],
  rows: readonly Record<Header, string>[],
): string {
  const lines = [headers, ...rows.map((row) => headers.map((header) => row[header]))];
  return lines.map((cells) => `${cells.map(plain).join(';')}\n`).join('');
}

function plain(cell: string): string {
  if (/[;"\r\n]|^\s|\s$|^'*[=+\-@\t]/.test(cell)) throw new Error(`This cell cannot be written plainly: ${cell}`);
  return cell;
}
