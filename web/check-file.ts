/** A reason to refuse a file before it is sent. */
export type FileError = 'empty' | 'too_large' | 'spreadsheet' | 'not_csv' | 'unreadable';

/**
 * Checks a file's name, size and first bytes, so that a user does not wait for an upload that must fail.
 *
 * @param maxBytes null if the limit is not known yet
 * @returns null if the file may be sent; the API checks it again
 */
export async function checkFile(file: Blob & { name: string }, maxBytes: number | null): Promise<FileError | null> {
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  if (SPREADSHEETS.has(ending)) return 'spreadsheet';
  if (ending !== '' && !TEXTS.has(ending)) return 'not_csv';
  if (file.size === 0) return 'empty';
  if (maxBytes !== null && file.size > maxBytes) return 'too_large';
  const head = await file
    .slice(0, SIGNATURE_BYTES)
    .arrayBuffer()
    .catch(() => null);
  // A dropped folder, or a file that no longer exists.
  if (head === null) return 'unreadable';
  const signature = String.fromCharCode(...new Uint8Array(head));
  if (signature.startsWith(ZIP) || signature.startsWith(OLD_OFFICE)) return 'spreadsheet';
  return signature.startsWith(PDF) ? 'not_csv' : null;
}

const SPREADSHEETS = new Set(['xlsx', 'xls', 'xlsm', 'xlsb', 'ods', 'numbers']);
/** What the API takes. */
const TEXTS = new Set(['csv', 'txt', 'tsv', 'tab']);
/** The length of the longest of these. */
const SIGNATURE_BYTES = 4;
/** Also of .xlsx and .ods, which users rename to .csv. */
const ZIP = 'PK\x03\x04';
const OLD_OFFICE = '\xd0\xcf\x11\xe0';
const PDF = '%PDF';
