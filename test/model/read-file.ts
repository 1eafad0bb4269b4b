import { error, warning } from './findings.ts';
import { readBytes } from './read-bytes.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import { type Column, FIELDS, readHeaders } from './read-headers.ts';
import { headerBelow, type Inner, innerOf, withoutEnding, withoutEndSigns } from './read-lines.ts';
import { readLanguage } from './read-words.ts';
import { headerKey, nameKey, saidIn, trim } from './text.ts';
import type { Attribute, Finding, Limits, Options } from './types.ts';

/** A record with the lines inside its cells; `isHeader`: the header again. */
export type ModelRecord = CsvRecord & { inner: Inner | null; isHeader: boolean };
export type ReadFile = {
  columns: Column[];
  /** The number of cells in the header. */
  width: number;
  /** Without blank records. */
  records: ModelRecord[];
  /** The headers as the file spells them. */
  spelled: string[];
  findings: Finding[];
  /** Nothing of the file is applied. */
  fileError: boolean;
};

/** From bytes to records, with all findings on the file as a whole. */
export function readFile(bytes: Uint8Array, attributes: Attribute[], options: Options, limits: Limits): ReadFile {
  const { text: decoded, encoding } = readBytes(bytes);
  const whole = withoutEndSigns(decoded);
  const nothing: ReadFile = { columns: [], width: 0, records: [], spelled: [], findings: [], fileError: true };
  const hint = /^sep=(.)(\r\n|\r|\n|$)/i.exec(whole);
  const text = hint ? whole.slice(hint[0].length) : whole;
  const firstLine = hint ? 2 : 1;
  if (text.trim() === '') return { ...nothing, findings: [error(null, 'FILE_EMPTY')] };

  const delimiter = hint?.[1] ?? delimiterOf(text, attributes);
  if (delimiter === null) return { ...nothing, findings: [error(firstLine, 'DELIMITER_UNKNOWN')] };
  const { records: raw, openQuote } = readCsv(text, delimiter, firstLine);
  if (openQuote) return { ...nothing, findings: [error(openQuote.line, 'OPEN_QUOTE', null, openQuote.value)] };
  const { ending, records: all } = withoutEnding(raw, delimiter);
  const header = all.find(({ cells }) => cells.some((cell) => trim(saidIn(cell)) !== ''));
  if (!header) return { ...nothing, findings: [error(null, 'FILE_EMPTY')] };

  const names = header.cells.map((cell) => trim(saidIn(cell)));
  const inner = innerOf(header, names, delimiter, '');
  if (inner && inner.rows.length > 0)
    return { ...nothing, findings: [error(header.line, 'ROWS_IN_HEADER', null, header.cells[inner.column] ?? null)] };
  if (
    header.cells.length === 1 &&
    /[;,\t]/.test(header.cells[0] ?? '') &&
    /^(email|external id)[;,\t]/i.test(header.cells[0] ?? '')
  )
    return { ...nothing, findings: [error(header.line, 'LINES_QUOTED', null, header.cells[0] ?? null)] };

  const { columns, isErrorLog, findings } = readHeaders(header, attributes, limits);
  // A row with values only in unknown columns may be about a user that would be deleted.
  const places = options.deleteMissingUsers
    ? names.flatMap((name, index) => (name.startsWith('_') ? [] : [index]))
    : columns.map(({ index }) => index);
  const records = all
    .slice(all.indexOf(header) + 1)
    .map((record) => ({
      ...record,
      inner: innerOf(record, names, delimiter, ending),
      isHeader: headerBelow(names, record.cells.map(saidIn)) === 'again',
    }))
    .filter(
      ({ cells, inner }) =>
        (inner?.rows.length ?? 0) > 0 || places.some((index) => trim(saidIn(cells[index] ?? '')) !== ''),
    );
  const other = records.find(({ cells }) => headerBelow(names, cells.map(saidIn)) === 'other');
  const hasIdentity = columns.some(({ header: name }) => name === 'Email' || name === 'External Id');
  if (other && hasIdentity)
    return { ...nothing, findings: [error(other.line, 'OTHER_HEADER', null, other.cells.join(delimiter))] };
  if (!hint && delimiter !== ';') findings.push(warning(null, 'DELIMITER_DETECTED'));
  if (ending !== '')
    findings.push(warning(null, 'TRAILING_DELIMITERS', null, null, { ending: ending.replaceAll('\t', '⇥') }));
  if (encoding === 'windows-1252') findings.push(...convertedCell(all));
  findings.push(...doubledCell(header, records, columns));
  if (options.deleteMissingUsers && isErrorLog) findings.push(error(header.line, 'DELETE_WITH_ERROR_LOG', '_code'));
  const isUsable = columns.length > 0 && !findings.some(({ severity }) => severity === 'error');
  if (options.deleteMissingUsers && isUsable && records.length === 0) findings.push(error(null, 'DELETE_WITHOUT_ROWS'));
  if (isUsable) findings.push(...languagesInWords(header, records, columns, limits));
  const fileError = findings.some(({ severity }) => severity === 'error');
  return { columns, width: header.cells.length, records, spelled: names, findings, fileError };
}

/**
 * The only delimiter of the first line. If there are several, the one that gives most known headers; null for a tie.
 */
function delimiterOf(text: string, attributes: Attribute[]): string | null {
  const known = [...FIELDS, ...attributes.map(({ name }) => name)].map(nameKey);
  const weights = [';', ',', '\t'].map((delimiter) => {
    const cells = readCsv(text, delimiter, 1).records[0]?.cells ?? [];
    return {
      delimiter,
      splits: cells.length - 1,
      known: cells.filter((cell) => known.includes(headerKey(saidIn(cell)))).length,
    };
  });
  const splitting = weights.filter(({ splits }) => splits > 0);
  if (splitting.length === 0) return ';';
  const most = Math.max(...splitting.map((weight) => weight.known));
  const best = splitting.filter((weight) => weight.known === most);
  return best.length === 1 ? best[0]!.delimiter : null;
}

/** One warning if languages are written as names or locales: the first of them, and their number. */
function languagesInWords(header: CsvRecord, records: CsvRecord[], columns: Column[], limits: Limits): Finding[] {
  const column = columns.find(({ header: name }) => name === 'Language');
  if (!column) return [];
  const cells = records
    .map(({ cells: of }) => trim(saidIn(of[column.index] ?? '')))
    .filter((cell) => ![cell.toLowerCase(), null].includes(readLanguage(cell, limits.languages)));
  if (cells.length === 0) return [];
  return [warning(header.line, 'WORDS_READ', 'Language', cells[0], { cells: cells.length })];
}

/** The first cell, in any column and line, that shows a conversion of the file's encoding. */
function convertedCell(all: CsvRecord[]): Finding[] {
  const found = all.flatMap(({ cells }) => cells.map((cell) => warning(null, 'ENCODING_CONVERTED', null, cell)));
  const shows = ({ value }: Finding) => [...(value ?? '')].some((character) => character > '\u007f');
  return [found.find(shows) ?? warning(null, 'ENCODING_CONVERTED')];
}

/**
 * The first cell that was encoded twice: its letters, taken as bytes, are UTF-8. The header is shown as the file spells
 * it.
 */
function doubledCell(names: CsvRecord, records: CsvRecord[], columns: Column[]): Finding[] {
  for (const { line, cells } of records) {
    for (const { index } of columns) {
      const cell = cells[index] ?? '';
      const bytes = Buffer.from(cell, 'latin1');
      const once = bytes.toString('utf8');
      if (bytes.toString('latin1') !== cell || once === cell || once.includes('\ufffd')) continue;
      return [warning(line, 'DOUBLE_ENCODED', trim(names.cells[index] ?? ''), cell, { meant: once })];
    }
  }
  return [];
}
