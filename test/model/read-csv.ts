/** A CSV reader, one character after another. */

/** One record: its cells, and the line of the file it begins on (the first being 1). */
export type CsvRecord = {
  line: number;
  cells: string[];
  /** The cells with a quote inside that are not in quotes. */
  strayQuotes: string[];
  /** As it stands in the file. */
  source: string;
  /** The cells in quotes: their text, and where in `source` the quotes stand. */
  quoted: { index: number; text: string; from: number; to: number }[];
};
export type CsvText = {
  records: CsvRecord[];
  /** Where a quote opens that is never closed, with what stands behind it on its line. */
  openQuote: { line: number; value: string } | null;
};

/** Splits a text at this delimiter. CRLF, LF and CR end a line, each as one. Blank lines give no record. */
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
      // Text behind a quote makes the quotes a part of the cell.
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
