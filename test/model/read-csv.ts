/** A CSV reader, character by character. */

/** One record: its cells, and the line of the file it begins on, counted from 1. */
export type CsvRecord = {
  line: number;
  cells: string[];
  /** Unquoted cells with a quote inside. */
  strayQuotes: string[];
  /** The record as it stands in the file. */
  source: string;
  /** The quoted cells: text, and the positions of the quotes in `source`. */
  quoted: { index: number; text: string; from: number; to: number }[];
};
export type CsvText = {
  records: CsvRecord[];
  /** A quote that is never closed: its line, and the rest of that line after the quote. */
  openQuote: { line: number; value: string } | null;
};

/** Splits a text at this delimiter. CRLF, LF and CR each end a line. Blank lines give no record. */
export function readCsv(text: string, delimiter: string, firstLine: number): CsvText {
  const records: CsvRecord[] = [];
  let at = 0;
  let line = firstLine;
  while (at < text.length) {
    const begin = at;
    const record: CsvRecord = { line, cells: [], strayQuotes: [], source: '', quoted: [] };
    for (;;) {
      let cell = '';
      let stray = false;
      if (text.charAt(at) === '"') {
        const opened = { line, value: text.slice(at).split(/[\r\n]/)[0] ?? '' };
        const from = at - begin;
        at++;
        for (;;) {
          if (at >= text.length) return { records, openQuote: opened };
          if (text.startsWith('""', at)) {
            cell += '"';
            at += 2;
          } else if (text.charAt(at) === '"') {
            record.quoted.push({ index: record.cells.length, text: cell, from, to: at - begin });
            at++;
            break;
          } else {
            const ended = lineEndAt(text, at);
            cell += ended || text.charAt(at);
            if (ended) line++;
            at += ended.length || 1;
          }
        }
      }
      const wasQuoted = record.quoted.at(-1)?.index === record.cells.length;
      // Text after a closing quote makes the quotes part of the cell.
      if (wasQuoted && at < text.length && text.charAt(at) !== delimiter && !lineEndAt(text, at)) {
        cell = `"${cell}"`;
        stray = true;
      }
      while (at < text.length && text.charAt(at) !== delimiter && !lineEndAt(text, at)) {
        if (text.charAt(at) === '"') stray = true;
        cell += text.charAt(at);
        at++;
      }
      record.cells.push(cell);
      if (stray) record.strayQuotes.push(cell);
      if (text.charAt(at) !== delimiter) break;
      at++;
    }
    record.source = text.slice(begin, at);
    at += lineEndAt(text, at).length;
    line++;
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record);
  }
  return { records, openQuote: null };
}

function lineEndAt(text: string, at: number): string {
  if (text.startsWith('\r\n', at)) return '\r\n';
  const character = text.charAt(at);
  return character === '\n' || character === '\r' ? character : '';
}
