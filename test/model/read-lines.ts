import { type CsvRecord, readCsv } from './read-csv.ts';
import { FIELDS } from './read-headers.ts';
import { isEmail, isScientific } from './read-words.ts';
import { nameKey, trim, withoutGuard } from './text.ts';

/** The lines inside the cells of a record. */
export type Inner = {
  /** The first cell with such lines. */
  column: number;
  /** Lines that are rows, whatever users exist. */
  rows: number[];
  /** The text in an identity column. `inside`: in the cell itself. */
  names: { line: number; text: string; inside: boolean }[];
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const END_SIGNS = /[\u001a\r\n]*$/;
const UNSEEN = '[\\s\\u001a\\u200b-\\u200f\\u2060-\\u206f\\ufeff]+';
const AROUND = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'g');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\ufeff\ufffd]/;

/** A text without the end characters after its last line. */
export function withoutEndSigns(text: string): string {
  const tail = END_SIGNS.exec(text)?.[0] ?? '';
  return text.slice(0, text.length - tail.length) + tail.replaceAll('\u001a', '');
}

/** The ending that all lines of a file share, and the records without it. A line of spaces and delimiters is blank. */
export function withoutEnding(records: CsvRecord[], delimiter: string): { ending: string; records: CsvRecord[] } {
  const tails = records
    .filter(({ source }) => /[^;,\t ]/.test(source))
    .map(({ source }) => /[;,\t]*$/.exec(source)?.[0] ?? '');
  let ending = tails[0] ?? '';
  while (!tails.every((tail) => tail.endsWith(ending))) ending = ending.slice(1);
  if (tails.length === 1) ending = /^(.*?)(;*|,*|\t*)$/.exec(ending)?.[2] ?? '';
  if (tails.length === 1 && !ending.startsWith(delimiter)) ending = '';
  if (ending === '') return { ending, records };
  return {
    ending,
    records: records.flatMap((record) => {
      if (!record.source.endsWith(ending)) return [record];
      return readCsv(record.source.slice(0, -ending.length), delimiter, record.line).records;
    }),
  };
}

/** The comparison key of a header. */
function headerKey(cell: string): string {
  const bare = cell.replaceAll(AROUND, '');
  return nameKey(/^".*"$/s.test(bare) ? bare.slice(1, -1) : bare);
}

const IDENTITIES = ['email', 'external id'];

/** Whether a line is the header again, or another header. */
export function headerBelow(header: string[], cells: string[]): 'again' | 'other' | null {
  const keys = header.map(headerKey);
  const named = cells.map(headerKey);
  const rest = named.slice(keys.length).every((name) => name === '');
  const isAgain = keys.every((key, index) => key.startsWith('_') || key === (named[index] ?? ''));
  if ((isAgain || isInWords(keys, named)) && rest && named.some((name) => IDENTITIES.includes(name))) return 'again';
  const filled = named.filter((name) => name !== '');
  if (!filled.some((name) => IDENTITIES.includes(name)) || cells.some((cell) => isEmail(trim(cell)))) return null;
  if (keys.includes('_code')) return null;
  const isOfUser = (index: number) => FIELDS.map(nameKey).includes(keys[index] ?? '');
  if (named.some((name, index) => IDENTITIES.includes(name) && isOfUser(index))) return 'other';
  const labels = filled.filter(
    (name) => (keys.includes(name) && !name.startsWith('_')) || FIELDS.map(nameKey).includes(name),
  );
  return labels.length >= 2 && labels.length * 2 >= filled.length ? 'other' : null;
}

/**
 * Whether labels stand below a header of technical names: the same letters in most columns, with other spaces in at
 * least three.
 */
function isInWords(keys: string[], named: string[]): boolean {
  const bare = (name: string | undefined) => (name ?? '').replaceAll(/[ _-]/g, '');
  const alike = keys.filter((key, index) => bare(key) === bare(named[index]));
  const spelled = keys.filter((key, index) => bare(key) === bare(named[index]) && key !== named[index]);
  const keepsIdentities = keys.every((key, index) => !IDENTITIES.includes(key) || key === named[index]);
  return alike.length > keys.length / 2 && spelled.length >= 3 && keepsIdentities;
}

/** Reads every line of a record with line breaks in its cells as a row of its own. */
export function innerOf(record: CsvRecord, header: string[], delimiter: string, ending: string): Inner | null {
  const width = header.length;
  const places = header.flatMap((name, index) => (IDENTITIES.includes(headerKey(name)) ? [index] : []));
  const cells = record.quoted.filter(({ index, text }) => /[\r\n]/.test(places.includes(index) ? trim(text) : text));
  if (cells.length === 0) return null;
  const inner: Inner = { column: cells[0]!.index, rows: [], names: [] };
  const lines = linesOf(record);
  const isWhole = (text: string): boolean =>
    splits(text, delimiter).some(
      (parts) => parts.length >= width && parts.slice(width).every(({ text }) => /^["\s]*$/.test(text)),
    );
  for (const { line, from, text: whole } of lines) {
    const text = ending !== '' && whole.endsWith(ending) ? whole.slice(0, -ending.length) : whole;
    const begun = cells.find((cell) => cell.from < from && cell.to >= from);
    const isInside = (at: number, next: number): boolean =>
      cells.some((cell) => (cell.from < at && at <= cell.to) || (cell.from === at && next < from + text.length));
    for (const sign of [';', ',', '\t']) {
      for (const parts of splits(text, sign)) {
        if (sign !== delimiter && (width < 3 || parts.length !== width)) continue;
        for (const place of places) {
          const part = parts[place];
          if (!part) continue;
          const name = trim(withoutGuard(trim(part.text).replaceAll(/^"+|"+$/g, '')));
          const isEmailColumn = headerKey(header[place] ?? '') === 'email';
          if (name === '' || name.length > 255 || part.text.length > 510 || isScientific(name)) continue;
          if (HIDDEN.test(name) || (isEmailColumn && !name.includes('@'))) continue;
          const inside = isInside(from + part.at, from + part.at + part.text.length);
          inner.names.push({ line, text: name, inside });
          if (inside && isEmailColumn && isEmail(name)) inner.rows.push(line);
        }
      }
    }
    if (begun && width >= 3 && isWhole(text.slice(0, begun.to - from))) inner.rows.push(line);
  }
  // If the quote of one row is closed by the quote of another, two lines are joined, and each is a row.
  for (const { from, to } of cells) {
    const joined = lines.filter((one) => one.from + one.text.length >= from && one.from <= to);
    const [first, last] = [joined[0], joined.at(-1)];
    if (!first || !last || first === last || (width < 3 && record.cells.length <= width)) continue;
    const bare = (text: string) => (ending !== '' && text.endsWith(ending) ? text.slice(0, -ending.length) : text);
    if (isWhole(bare(first.text)) && isWhole(bare(last.text))) inner.rows.push(joined[1]!.line, last.line);
  }
  if (inner.rows.length === 0) inner.names = inner.names.filter(({ inside }) => inside);
  return inner.rows.length > 0 || inner.names.length > 0 ? inner : null;
}

/** The physical lines of a record, each with its start. */
function linesOf({ source, line }: CsvRecord): { line: number; from: number; text: string }[] {
  const lines: { line: number; from: number; text: string }[] = [];
  let from = 0;
  for (const text of source.split(/\r\n|\r|\n/)) {
    lines.push({ line: line + lines.length, from, text });
    from += text.length;
    from += source.startsWith('\r\n', from) ? 2 : 1;
  }
  return lines;
}

type Part = { at: number; text: string };

/** The cells of a line, split three ways: at every delimiter, outside quotes, and outside runs of quotes. */
function splits(text: string, delimiter: string): Part[][] {
  return [/"x^/g, /"/g, /"+/g].map((quotes) => {
    const parts: Part[] = [];
    let at = 0;
    const marks = [...text.matchAll(quotes)].map(({ index }) => index);
    for (let here = 0; here <= text.length; here++) {
      const isOutside = marks.filter((mark) => mark < here).length % 2 === 0;
      if (here < text.length && !(text.charAt(here) === delimiter && isOutside)) continue;
      parts.push({ at, text: text.slice(at, here) });
      at = here + 1;
    }
    return parts;
  });
}
