import type { Finding } from '../../rules/findings/findings.ts';
import type { ColumnFormat } from '../../rules/values/column-format.ts';
import type { Delimiter, Encoding, Sample } from '../dialect.ts';

/** How a file is to be read, decided once over all of it. Plain data: kept with the mass edit and shown. */
export type FileFormat = {
  encoding: Encoding;
  hadBom: boolean;
  delimiter: Delimiter;
  /** The first line was `sep=…`, which counts as line 1 and is no row. */
  sepLine: boolean;
  /**
   * The header's cells as the file has them (U+0000, which cannot be stored, shown as its sign; long ones cut by
   * `storedHeader`), and its line.
   */
  header: string[];
  headerLine: number;
  /** A line shortly below it that names an identity column, as where a title stands above the real header. */
  laterHeaderLine: number | null;
  /** A run of delimiters that ends every line and is dropped; not there in readings of older versions. */
  ending?: string;
  /** Lines below the header that are not blank, rows over several lines counted once. */
  rows: number;
  /** By column index, how many cells hold something. Columns of our own fields are not counted. */
  filled: number[];
  /** What is to say of encoding and delimiter, to be logged with the row findings. */
  warnings: Finding[];
  /** By column index. */
  formats: ColumnFormat[];
  /** The first cells beyond ASCII, which show what a converted encoding made of the file; none where none was. */
  samples: Sample[];
};

/**
 * What is kept of a reading with the mass edit; no more than `fileError` where the file could not be read. `readBy`: the
 * program, limits and languages that found it out.
 */
export type StoredFileFormat = Partial<FileFormat> & {
  fileError: boolean;
  columns?: StoredColumn[];
  unread?: StoredUnreadColumn[];
  readBy?: string;
};

/** A column with data that was not read; see `UnreadColumn` of the rules. */
export type StoredUnreadColumn = { header: string; filled: number; nearest: string[] };

/** A column that is ours: its place in the header, and what it means (see `Column` of the rules). */
export type StoredColumn = { index: number; name: string; kind: string };

/** A reading, or what is wrong with the file as a whole: then nothing of it can be used. */
export type InspectionResult = { reading: FileFormat; findings: null } | { reading: null; findings: Finding[] };

/** Opens the file from its beginning; called as often as it is read. */
export type OpenFile = () => AsyncIterable<Uint8Array>;
