import type { Delimiter, ReadLimits } from '../dialect.ts';

/** A record of a block: its position in the block's bytes, without its line break, and its properties. */
export type ScannedRecord = {
  start: number;
  end: number;
  /** Its first physical line, counted from the beginning of the file. */
  line: number;
  /** The number of cells. */
  cells: number;
  hasQuotes: boolean;
  /** Indexes of cells that have a quote and are not quoted as a whole. */
  strayQuotes: readonly number[];
  /** A line break is inside quotes. */
  hasInnerBreak: boolean;
  /** The record is longer than legal cells can make it, and its rest was not read. */
  truncated: boolean;
  /** The record was truncated inside a quoted cell. */
  truncatedInQuotes: boolean;
};
export type Block = { bytes: Buffer; records: ScannedRecord[] };

const OUTSIDE_CELL = 0; // at the beginning of a cell
const IN_CELL = 1;
const IN_QUOTES = 2;
const AFTER_QUOTE = 3; // after a quote inside quotes: the end of the cell, or the first half of a doubled quote

const PLAIN = 0;
const DELIMITER = 1;
const QUOTE = 2;
const CR = 3;
const LF = 4;

/** The maximum columns of a spreadsheet. Blank cells up to there are kept, because some programs write all of them. */
const MAX_CELLS = 16_384;

/**
 * Finds the begin and end of records in UTF-8 bytes that arrive in pieces. Line breaks inside quotes do not end a record;
 * all others do (CRLF, LF and CR, also mixed). Counts physical lines, and finds stray and unclosed quotes. Quotes mean the
 * same as in csv-parse, so each record is complete for csv-parse. Memory: one piece and one record, and of a record no more
 * than legal cells can fill.
 */
export class RecordScanner {
  private readonly classes = new Uint8Array(256);
  private readonly maxRecordBytes: number;
  private bytes = Buffer.allocUnsafe(0);
  private length = 0;
  private state = OUTSIDE_CELL;
  private afterCr = false;
  private line = 1;
  private record = newRecord(0, 1);
  private quoteAt = 0;
  private quoteLine = 0;

  constructor(delimiter: Delimiter, limits: Pick<ReadLimits, 'maxColumns' | 'maxCellCharacters'>) {
    this.classes[delimiter.charCodeAt(0)] = DELIMITER;
    this.classes[0x22] = QUOTE;
    this.classes[0x0d] = CR;
    this.classes[0x0a] = LF;
    // A character has four bytes at most. Quotes and delimiters are beside the text, and blank cells after it.
    this.maxRecordBytes = limits.maxColumns * (limits.maxCellCharacters * 4 + 3) + MAX_CELLS;
  }

  /** Takes a piece and returns the records that it completes, without empty lines. The bytes are valid until the next call. */
  push(piece: Buffer): Block {
    this.makeRoom(piece.length);
    piece.copy(this.bytes, this.length);
    const from = this.length;
    this.length += piece.length;
    return { bytes: this.bytes, records: this.scan(from) };
  }

  /** Returns the last record, if the file does not end in a line break; or the line of an unclosed quote. */
  finish(): Block & { openQuote: { line: number; text: string } | null } {
    const { record, state } = this;
    const isOpen = state === IN_QUOTES;
    const records: ScannedRecord[] = [];
    if (!isOpen && (record.truncated || this.length > record.start)) {
      if (!record.truncated) record.end = this.length;
      records.push(record);
    }
    const text = isOpen ? this.bytes.toString('utf8', this.quoteAt, Math.min(this.length, this.quoteAt + 1000)) : '';
    return { bytes: this.bytes, records, openQuote: isOpen ? { line: this.quoteLine, text } : null };
  }

  /**
   * If a piece does not fit into the buffer, moves the current record to the front. At least half of the buffer is free
   * then, so a record of many pieces is not copied for each piece.
   */
  private makeRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const { record } = this;
    const end = record.truncated ? record.end : this.length;
    const kept = end - record.start;
    const from = this.bytes;
    if (from.length < (kept + more) * 2) this.bytes = Buffer.allocUnsafe((kept + more) * 2);
    from.copy(this.bytes, 0, record.start, end);
    this.quoteAt = Math.max(0, this.quoteAt - record.start);
    this.record = { ...record, start: 0, end: kept };
    this.length = kept;
  }

  private scan(from: number): ScannedRecord[] {
    const { bytes, length, classes } = this;
    const records: ScannedRecord[] = [];
    let { state, afterCr } = this;
    let stop = this.stopAt(length);
    for (let at = from; at < length; at++) {
      if (at >= stop) {
        this.truncate(at, state);
        stop = length;
      }
      const kind = classes[bytes[at] as number] as number;
      if (kind === PLAIN) {
        afterCr = false;
        if (state !== IN_QUOTES) {
          if (state === AFTER_QUOTE) this.noteStrayQuote();
          state = IN_CELL;
        }
        // The rest of a run of plain bytes does not change the state.
        while (at + 1 < stop && classes[bytes[at + 1] as number] === PLAIN) at++;
        continue;
      }
      const wasCr = afterCr;
      afterCr = kind === CR;
      if (kind === QUOTE) {
        state = this.quote(state, at);
        continue;
      }
      if (kind === LF && wasCr) {
        // The second half of a line break that was already counted. Outside quotes the record begins after it.
        if (state !== IN_QUOTES) {
          this.record.start = at + 1;
          stop = this.stopAt(length);
        }
        continue;
      }
      if (kind !== DELIMITER) this.line++;
      if (state === IN_QUOTES) {
        if (kind !== DELIMITER) this.record.hasInnerBreak = true;
        continue;
      }
      state = OUTSIDE_CELL;
      if (kind === DELIMITER) {
        if (this.record.cells === MAX_CELLS) this.truncate(at, state);
        if (!this.record.truncated) this.record.cells++;
        continue;
      }
      if (at === this.record.start && !this.record.truncated) {
        // An empty line is only counted, because a file may end in millions of them.
        this.record.start = at + 1;
        this.record.line = this.line;
      } else {
        records.push(this.endRecord(at));
        this.record = newRecord(at + 1, this.line);
      }
      stop = this.stopAt(length);
    }
    this.state = state;
    this.afterCr = afterCr;
    return records;
  }

  private quote(state: number, at: number): number {
    const { record } = this;
    record.hasQuotes = true;
    switch (state) {
      case OUTSIDE_CELL:
        this.quoteAt = at;
        this.quoteLine = this.line;
        return IN_QUOTES;
      case IN_QUOTES:
        return AFTER_QUOTE;
      case AFTER_QUOTE:
        return IN_QUOTES;
      default:
        this.noteStrayQuote();
        return IN_CELL;
    }
  }

  private noteStrayQuote(): void {
    const { record } = this;
    const index = record.cells - 1;
    if (record.truncated || record.strayQuotes.at(-1) === index) return;
    record.strayQuotes = [...record.strayQuotes, index];
  }

  private endRecord(at: number): ScannedRecord {
    const { record } = this;
    if (!record.truncated) record.end = at;
    return record;
  }

  /** The position from which the current record is longer than legal cells can make it, if the bytes reach so far. */
  private stopAt(length: number): number {
    return this.record.truncated ? length : Math.min(length, this.record.start + this.maxRecordBytes);
  }

  /** Keeps only the part of a record before a position. The scan for the end of the record goes on. */
  private truncate(at: number, state: number): void {
    const { record, bytes } = this;
    if (record.truncated) return;
    record.truncated = true;
    record.truncatedInQuotes = state === IN_QUOTES;
    record.end = at;
    // Not inside a character: all its bytes but the first begin with bits 10.
    while (record.end > record.start && ((bytes[record.end] as number) & 0xc0) === 0x80) record.end--;
  }
}

const NONE: readonly number[] = [];
const newRecord = (start: number, line: number): ScannedRecord => ({
  start,
  end: start,
  line,
  cells: 1,
  hasQuotes: false,
  strayQuotes: NONE,
  hasInnerBreak: false,
  truncated: false,
  truncatedInQuotes: false,
});
