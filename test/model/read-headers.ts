import { error, warning } from './findings.ts';
import type { CsvRecord } from './read-csv.ts';
import { headerKey, nameKey, saidIn, trim } from './text.ts';
import type { Attribute, Finding, Limits } from './types.ts';

export const FIELDS = ['Email', 'External Id', 'First name', 'Last name', 'Language', 'Participate in survey'];
export const PARTICIPATE = 'Participate in survey';

/** A column that is read. `of`: the header of the value that a backdate belongs to. */
export type Column = { index: number; header: string; attribute: Attribute | null; of: string | null };
export type Headers = { columns: Column[]; isErrorLog: boolean; findings: Finding[] };

/** The columns, and the findings on the headers. An error refuses the file. */
export function readHeaders(header: CsvRecord, attributes: Attribute[], limits: Limits): Headers {
  const { line, cells } = header;
  const columns: Column[] = [];
  const findings: Finding[] = [];
  const seen: string[] = [];
  let isErrorLog = false;
  let unnamed = 0;
  if (cells.length > limits.maxColumns) return { columns, isErrorLog, findings: [error(line, 'TOO_MANY_COLUMNS')] };

  for (const [index, cell] of cells.entries()) {
    const key = headerKey(saidIn(cell));
    if (key === '_code') isErrorLog = true;
    if (key.startsWith('_')) continue;
    if (key === '') {
      unnamed++;
      continue;
    }
    const column = columnOf(key, index, attributes);
    if (!column) {
      findings.push(warning(line, 'UNKNOWN_HEADER', trim(saidIn(cell)), trim(saidIn(cell))));
      continue;
    }
    if (seen.includes(key)) findings.push(error(line, 'DUPLICATE_HEADER', column.header, saidIn(cell)));
    seen.push(key);
    columns.push(column);
  }
  if (unnamed > 0) findings.push(warning(line, 'UNNAMED_COLUMN'));

  if (columns.length === 0 && cells.some((cell) => /^\S+@\S+\.\S+$/.test(trim(saidIn(cell)))))
    return { columns, isErrorLog, findings: [error(line, 'NO_HEADER')] };
  if (!columns.some(({ header: name }) => name === 'Email' || name === 'External Id'))
    findings.push(error(line, 'NO_IDENTITY_COLUMN'));
  for (const { header: name, of, index } of columns) {
    if (of !== null && !columns.some((other) => other.header === of))
      findings.push(error(line, 'BACKDATE_WITHOUT_COLUMN', name, cells[index] ?? null));
  }
  return { columns, isErrorLog, findings };
}

function columnOf(key: string, index: number, attributes: Attribute[]): Column | null {
  for (const header of FIELDS) if (nameKey(header) === key) return { index, header, attribute: null, of: null };
  for (const attribute of attributes)
    if (nameKey(attribute.name) === key) return { index, header: attribute.name, attribute, of: null };
  for (const of of [PARTICIPATE, ...attributes.map(({ name }) => name)])
    if (nameKey(`${of} backdate`) === key) return { index, header: `${of} backdate`, attribute: null, of };
  return null;
}
