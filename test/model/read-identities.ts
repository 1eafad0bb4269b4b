import { error, warning } from './findings.ts';
import type { CsvRecord } from './read-csv.ts';
import type { ReadFile } from './read-file.ts';
import type { Column } from './read-headers.ts';
import type { Inner } from './read-lines.ts';
import {
  hasControl,
  hasInvisible,
  isEmail,
  isNoIdentity,
  isScientific,
  meantEmail,
  withoutHtml,
  withoutInvisible,
} from './read-words.ts';
import type { Row } from './row.ts';
import { before } from './spellings.ts';
import { saidIn, trim, withoutGuard } from './text.ts';

/**
 * Reads an identity of the row and returns whether it is valid. An invalid identity still says which user the row may
 * mean.
 */
export function readIdentity(row: Row, header: string, cell: string, shown: string): boolean {
  const kind = header === 'Email' ? 'email' : 'externalId';
  const code = wrongWithIdentity(kind, cell);
  if (code === null) {
    row[kind] = cell.normalize('NFC');
    return true;
  }
  row.findings.push(error(row.line, code, header, shown));
  row.otherIdentities.push(cell, withoutInvisible(cell), ...addressesIn(cell));
  if (code === 'SCIENTIFIC_NOTATION' || hasControl(cell) || cell.includes('\ufffd')) {
    row.unread = true;
    return false;
  }
  const plain = withoutHtml(cell);
  if (kind === 'email') row.email = plain !== cell && isEmail(plain) ? plain : (meantEmail(cell) ?? bareAddress(cell));
  else if (!/[\r\n\t]/.test(cell)) row.externalId = withoutInvisible(cell);
  row.unread ||= row[kind] === null;
  return false;
}

/** The first character that no identity may have. Line breaks and tabs in an email count as spaces. */
function wrongWithIdentity(kind: 'email' | 'externalId', cell: string): string | null {
  const hidden = [...cell].find((sign) => /[\ufffd\r\n\t]/.test(sign) || hasControl(sign) || hasInvisible(sign));
  if (hidden === '\ufffd') return 'REPLACEMENT_CHARACTER';
  if (hidden !== undefined && !(kind === 'email' && '\r\n\t'.includes(hidden))) return 'CONTROL_CHARACTER';
  if (kind === 'email') return isEmail(cell) ? null : 'EMAIL_INVALID';
  return isScientific(cell) ? 'SCIENTIFIC_NOTATION' : null;
}

/** The only address of a text without other words, as with a quote that was left over. */
function bareAddress(cell: string): string | null {
  const [only, ...others] = addressesIn(cell);
  return only && others.length === 0 && !/[\p{L}\p{N}@]/u.test(cell.replace(only, '')) ? only : null;
}

/** The addresses anywhere in a text. */
export const addressesIn = (text: string): string[] =>
  [...withoutInvisible(text.replaceAll('%40', '@')).matchAll(/[\p{L}\p{N}\p{M}._+&'-]+@[\p{L}\p{N}\p{M}.-]+/gu)]
    .map(([found]) => found.replace(/^['.&+-]+/, '').replace(/[.-]+$/, ''))
    .filter(isEmail);

/** A text that was not read as an identity, and the identities it may have been before a program respelled it. */
const meantBy = (name: string): string[] => {
  const digits = /^([1-9][0-9]*)(\.0)?$/.exec(name)?.[1];
  const zeros = digits === undefined ? [] : [1, 2, 3, 4, 5, 6, 7].map((many) => '0'.repeat(many) + digits);
  return [name, ...before('externalId', name), ...zeros, ...addressesIn(name)];
};

/** A placeholder as identity is ignored beside another identity. Without another identity, the user is unknown. */
export function addNoIdentity({ line, cells, findings }: Row, columns: Column[]): void {
  const given = columns
    .filter(({ header }) => header === 'Email' || header === 'External Id')
    .map(({ header, index }) => ({ header, cell: cells[index] ?? '' }))
    .map(({ header, cell }) => ({ header, shown: withoutGuard(cell), said: trim(saidIn(cell)) }))
    .filter(({ said }) => said !== '');
  const [first] = given;
  const words = given.filter(({ said }) => isNoIdentity(said));
  if (!first) findings.push(error(line, 'NO_IDENTITY'));
  else if (words.length === given.length) findings.push(error(line, 'NO_IDENTITY', first.header, first.shown));
  else for (const { header, shown } of words) findings.push(warning(line, 'PLACEHOLDER', header, shown));
}

/** The example row of the template: every identity of the row is the example's. */
export function isExample({ cells }: CsvRecord, columns: Column[]): boolean {
  const identityOf = (name: string) => {
    const column = columns.find(({ header }) => header === name);
    return column ? trim(saidIn(cells[column.index] ?? '')).toLowerCase() : '';
  };
  const [email, externalId] = [identityOf('Email'), identityOf('External Id')];
  if (email === '' && externalId === '') return false;
  return (
    (email === '' || email === 'example.person@example.com') && (externalId === '' || externalId === 'example-row')
  );
}

/** The rows that a quote has drawn into a cell. */
export function readInner(row: Row, { column, rows, names }: Inner, { columns, spelled }: ReadFile): void {
  const name = columns.find(({ index }) => index === column)?.header ?? (spelled[column] || null);
  const value = row.cells[column] ?? null;
  row.otherIdentities = names.flatMap(({ text }) => meantBy(text));
  if (rows.length === 0) row.inner = { column: name, value, names };
  else {
    const details = { firstLine: Math.min(...rows), lastLine: Math.max(...rows) };
    row.findings.push(error(row.line, 'ROWS_IN_CELL', name, value, details));
  }
}
