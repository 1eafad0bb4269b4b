import type { ColumnFormat } from '../activities/rules/column-formats.ts';
import type { Finding } from '../activities/rules/findings.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export type Delimiter = ';' | ',' | '\t';

/** The limits that hold while a file is read. Its bytes are counted where it is received. */
export type ReadLimits = { maxRows: number; maxColumns: number; maxCellCharacters: number };

/** How a file is to be read, decided once over all of it. Plain data: kept with the mass edit and shown. */
export type Reading = {
  encoding: Encoding;
  hadBom: boolean;
  delimiter: Delimiter;
  /** The first line was `sep=…`, which counts as line 1 and is no row. */
  sepLine: boolean;
  /** The header's cells as the file has them (U+0000, which cannot be stored, shown as its sign), and its line. */
  header: string[];
  headerLine: number;
  /** Lines below the header that are not blank, rows over several lines counted once. */
  rows: number;
  /** ENCODING_CONVERTED and DELIMITER_DETECTED, to be logged with the row findings. */
  warnings: Finding[];
  /** By column index. */
  formats: ColumnFormat[];
  /** A cell that shows what a converted encoding made of the file; null where nothing was converted. */
  sample: { line: number; value: string } | null;
};

/** A reading, or what is wrong with the file as a whole: then nothing of it can be used. */
export type Inspection = { reading: Reading; findings: null } | { reading: null; findings: Finding[] };

/** Opens the file from its beginning; called as often as it is read. */
export type OpenFile = () => AsyncIterable<Uint8Array>;
