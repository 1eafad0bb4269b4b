import type { Finding } from '../../rules/findings/findings.ts';
import type { ColumnFormat } from '../../rules/values/column-format.ts';
import type { Delimiter, Encoding, Sample } from '../dialect.ts';

/** The format of a file, inferred once from the whole file. Plain data: stored with the mass edit and shown. */
export type FileFormat = {
  encoding: Encoding;
  hadBom: boolean;
  delimiter: Delimiter;
  /** The first line was `sep=…`, which counts as line 1 and is no row. */
  sepLine: boolean;
  /**
   * The header's cells as the file has them, and its line. U+2400 replaces U+0000, which cannot be stored; `storedHeader`
   * cuts long cells.
   */
  header: string[];
  headerLine: number;
  /**
   * A line shortly below the header that names an identity column, for example if a title stands above the real header.
   */
  laterHeaderLine: number | null;
  /** The run of delimiters that ends every line and is dropped; absent in formats stored by older versions. */
  ending?: string;
  /** Non-blank lines below the header; a row over several lines counts once. */
  rows: number;
  /** By column index, the number of filled cells. Columns of built-in fields are not counted. */
  filled: number[];
  /** Warnings about encoding and delimiter, to be logged with the row findings. */
  warnings: Finding[];
  /** By column index. */
  formats: ColumnFormat[];
  /** The first cells beyond ASCII, which show the result of a conversion; empty if the file was not converted. */
  samples: Sample[];
};

/**
 * The file format as stored with the mass edit; only `fileError` if the file could not be read. `detectedBy`: a digest of the
 * source files, limits and languages that inferred the format.
 */
export type StoredFileFormat = Partial<FileFormat> & {
  fileError: boolean;
  columns?: StoredColumn[];
  unread?: StoredUnreadColumn[];
  detectedBy?: string;
};

/** A column with data that was not read; see `UnreadColumn` in rules/columns/headers.ts. */
export type StoredUnreadColumn = { header: string; filled: number; nearest: string[] };

/** A known column: its index in the header and its meaning; see `Column` in rules/columns/headers.ts. */
export type StoredColumn = { index: number; name: string; kind: string };

/** The format, or the errors of the file as a whole: then the file cannot be used. */
export type InspectionResult = { reading: FileFormat; findings: null } | { reading: null; findings: Finding[] };

/** Opens the file from its beginning; called each time the file is read. */
export type OpenFile = () => AsyncIterable<Uint8Array>;
