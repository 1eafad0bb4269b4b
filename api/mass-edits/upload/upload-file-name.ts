import { toNfc } from '../../../rules/values/text.ts';
import { throwProblem } from '../../problems.ts';

/** The name of a file that came without one. */
const UNNAMED = 'upload.csv';
/** Enough to recognise a file; file systems allow 255 bytes. */
const NAME_CHARACTERS = 200;

/** The last part of a path in either notation, without invisible characters, cut to a length that fits everywhere. */
export function plainFileName(given: string | undefined): string {
  const last =
    toNfc(given ?? '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  const visible = last.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '').trim();
  if (visible === '' || visible === '.' || visible === '..') return UNNAMED;
  const letters = [...visible];
  if (letters.length <= NAME_CHARACTERS) return visible;
  const ending = /\.\p{L}{1,8}$/u.exec(visible)?.[0] ?? '';
  return letters.slice(0, NAME_CHARACTERS - ending.length).join('') + ending;
}

/** Refuses (`file_type`) a part whose type or name is not that of a CSV, and says what to do instead. */
export function checkFileType(name: string, contentType: string): void {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (SPREADSHEETS.has(ending ?? '')) throwProblem('file_type', SAVE_AS_CSV);
  const isText = ending !== undefined && TEXT_ENDINGS.has(ending);
  if (ending !== undefined && !isText)
    throwProblem('file_type', `A file that ends in .${ending} is not a CSV. ${UPLOAD_HOW_TO}`);
  if (CSV_TYPES.includes(type)) return;
  throwProblem('file_type', `The content type ${type.slice(0, 100)} is not that of a CSV. ${UPLOAD_HOW_TO}`);
}

const TEXT_ENDINGS = new Set(['csv', 'txt', 'tsv', 'tab']);
const SPREADSHEETS = new Set(['xlsx', 'xls', 'xlsm', 'xlsb', 'ods', 'numbers']);
/** The content types that programs give a CSV. The bytes decide what the file is. */
export const CSV_TYPES = [
  'text/csv',
  'application/csv',
  'application/x-csv',
  'text/x-csv',
  'text/comma-separated-values',
  'text/x-comma-separated-values',
  'text/plain',
  'text/tab-separated-values',
  'application/octet-stream',
  // Windows gives a CSV this type if Excel is installed. A workbook is recognised by its bytes.
  'application/vnd.ms-excel',
];
/** What to do if the content type is not one of a CSV. */
export const UPLOAD_HOW_TO = 'Send a CSV as text/csv, or as the part "file" of a multipart/form-data request.';
const SAVE_AS_CSV =
  'This is a spreadsheet, not a CSV. In Excel choose File, Save as, and the type "CSV UTF-8"; then upload that file.';
