export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
export type Delimiter = ';' | ',' | '\t';

/** The limits for reading a file. The API counts its bytes when it receives the file. */
export type ReadLimits = { maxRows: number; maxColumns: number; maxCellCharacters: number };

/** A decoded cell, cut, with its line. */
export type Sample = { line: number; value: string };

/** A place in a file: a byte offset from 0, and a physical line from 1. */
export type BytePosition = { byte: number; line: number };
