export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export type Delimiter = ';' | ',' | '\t';

/** The limits that hold while a file is read. Its bytes are counted where it is received. */
export type ReadLimits = { maxRows: number; maxColumns: number; maxCellCharacters: number };

/** A cell as it was read, cut, with its line. */
export type Sample = { line: number; value: string };

/** A place in a file: an offset, the first byte being 0, and a physical line, the first being 1. */
export type BytePosition = { byte: number; line: number };
