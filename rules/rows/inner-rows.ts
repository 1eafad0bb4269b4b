import { headerKeyOf, type UserField, userFieldOf } from '../columns/built-in-columns.ts';
import { unguard } from '../values/formula-guard.ts';
import { checkEmail, checkExternalId } from '../values/identity.ts';
import { MOST_CHARACTERS } from '../values/lengths.ts';
import type { IdentityInCell, RowsInCell } from './parsed-row.ts';

/** The shape of the rows of a file, taken from the header. */
export type RowShape = {
  delimiter: string;
  /** The number of cells in the header. */
  width: number;
  /** Indexes of the columns Email and External Id. */
  emails: readonly number[];
  externalIds: readonly number[];
  /** The delimiters at the end of every line, which are dropped. */
  trailingDelimiters: string;
  /** A line with so many cells is a row. With fewer columns, prose has as many delimiters by chance. */
  enoughCells: number;
};

/** The shape of a row of this file, to recognize rows inside a cell. */
export const rowShape = (header: readonly string[], delimiter: string, trailingDelimiters: string): RowShape => {
  const of = (field: UserField) =>
    [...header.keys()].filter((index) => userFieldOf(headerKeyOf(header[index] ?? '')) === field);
  return {
    ...{ delimiter, trailingDelimiters, width: header.length, enoughCells: ENOUGH_CELLS },
    ...{ emails: of('email'), externalIds: of('externalId') },
  };
};

const ENOUGH_CELLS = 3;

/**
 * Finds rows inside the header. An unclosed quote puts them there. Rows have the shape of the header as it was read, or
 * of its first line.
 */
export const rowsInHeader = (
  text: string,
  cells: readonly string[],
  line: number,
  delimiter: string,
): RowsInCell | undefined => {
  const endOfFirst = endOfLine(text, 0);
  if (endOfFirst === text.length) return undefined;
  const firstLine = text.slice(0, endOfFirst);
  const names = firstLine.split(delimiter).map((cell) => cell.replaceAll('"', ''));
  const found = [
    // A column name with a line break and a delimiter is unlikely.
    findRowsInCell(text, line, { ...rowShape(cells, delimiter, ''), enoughCells: 2 }),
    // The first line of a header with several lines has any number of cells, so only emails count.
    findRowsInCell(text, line, { ...rowShape(names, delimiter, ''), enoughCells: Number.POSITIVE_INFINITY }),
  ];
  return found.find((rows) => rows && rows.first > 0);
};

/**
 * Finds rows inside a cell. An unclosed quote puts them there. A quoted cell with a line break holds physical lines of
 * the file. Each line is read as a row by itself. The cell has only parts of the first and last line: other cells of
 * the record have the rest. One pass over the text, and one over each line.
 *
 * @param text a record with a line break inside quotes, as it stands in the file
 * @param line its first physical line
 * @returns undefined if no line can be a row
 */
export const findRowsInCell = (text: string, line: number, shape: RowShape): RowsInCell | undefined => {
  const { cells, regions } = quotedCells(text, shape);
  const [region] = regions;
  if (!region) return undefined;
  const lines = physicalLines(text, line, regions);
  const rowLines: number[] = [];
  const inside: IdentityInCell[] = [];
  const beside: IdentityInCell[] = [];
  for (const one of lines) {
    const found = readLine(text, one, shape);
    if (found.isRow) rowLines.push(one.line);
    for (const name of found.names) (name.isInside ? inside : beside).push(name);
  }
  const named = inside.filter(({ isEmail }) => isEmail);
  rowLines.push(...named.map((name) => name.line), ...joinedLines(text, lines, regions, cells, shape));
  if (rowLines.length === 0)
    return inside.length > 0 ? { column: region.cell, first: 0, last: 0, identities: inside } : undefined;
  const [first, last] = spanOf(rowLines);
  return { column: region.cell, first, last, identities: [...inside, ...beside] };
};

/** The first and the last line. No `Math.min(...lines)`: there may be too many lines for function arguments. */
export const spanOf = (lines: readonly number[]): [number, number] =>
  lines.reduce(
    ([first, last], line) => [Math.min(first, line), Math.max(last, line)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

/** A quoted cell that holds a line break: the positions of its quotes, and its index. */
type Region = { open: number; close: number; cell: number };

/** Scans a record as the record scanner does. `cells`: the number of cells. */
const quotedCells = (text: string, { delimiter, emails, externalIds }: RowShape) => {
  const regions: Region[] = [];
  let cell = 0;
  let isAtStart = true;
  let breaks = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '"' && isAtStart) {
      const open = at;
      breaks = false;
      for (at++; at < text.length; at++) {
        const inner = text.charAt(at);
        if (inner === '\n' || inner === '\r') breaks = true;
        else if (inner === '"') {
          if (text.charAt(at + 1) !== '"') break;
          at++;
        }
      }
      if (breaks) regions.push({ open, close: at, cell });
      isAtStart = false;
    } else if (sign === delimiter) {
      cell++;
      isAtStart = true;
    } else isAtStart = false;
  }
  // Line breaks around an identity count as outer spaces.
  const isOwnIdentity = ({ open, close, cell: index }: Region): boolean =>
    (emails.includes(index) || externalIds.includes(index)) && !/[\r\n]/.test(text.slice(open + 1, close).trim());
  return { cells: cell + 1, regions: regions.filter((one) => !isOwnIdentity(one)) };
};

/**
 * A physical line of a record: its positions in the text, and which of them are in quotes. `until`: positions before it
 * are in a quote that opened on an earlier line. `from`: positions after it are in a quote that closes on a later line.
 */
type Line = { line: number; start: number; end: number; until: number; from: number };

const physicalLines = (text: string, firstLine: number, regions: readonly Region[]): Line[] => {
  const lines: Line[] = [];
  let next = 0;
  for (let start = 0, line = firstLine; start <= text.length; line++) {
    const end = endOfLine(text, start);
    while ((regions[next]?.close ?? text.length) < start) next++;
    let until = -1;
    let from = Number.POSITIVE_INFINITY;
    for (let at = next; at < regions.length; at++) {
      const { open, close } = regions[at] as Region;
      if (open >= end) break;
      if (open < start) until = Math.min(close, end);
      if (open >= start && close >= end) from = open;
    }
    lines.push({ line, start, end, until, from });
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return lines;
};

const endOfLine = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && text.charAt(at) !== '\n' && text.charAt(at) !== '\r') at++;
  return at;
};

type FoundInLine = { isRow: boolean; names: IdentityInCell[] };

/** Reads the quoted part of a line as a row by itself. */
const readLine = (text: string, one: Line, shape: RowShape): FoundInLine => {
  const { line, start, until, from } = one;
  const end = withoutTrailingDelimiters(text, one, shape);
  const names: IdentityInCell[] = [];
  const seen = new Set<string>();
  let isRow = false;
  const isInside = (cell: Piece): boolean =>
    cell.start <= until || cell.start > from || (cell.start === from && cell.end < end);
  for (const delimiter of [shape.delimiter, ...OTHERS.filter((other) => other !== shape.delimiter)]) {
    const isForeign = delimiter !== shape.delimiter;
    for (const cells of divisions(text, { start, end }, delimiter)) {
      // Rows of a joined file with another delimiter have the same number of cells.
      if (isForeign && (shape.width < shape.enoughCells || cells.length !== shape.width)) continue;
      for (const [indexes, kind] of [[shape.emails, 'email'] as const, [shape.externalIds, 'externalId'] as const]) {
        for (const index of indexes) {
          const cell = cells[index];
          const name = cell && identityIn(text.slice(cell.start, cell.end), kind);
          if (!cell || !name || seen.has(`${kind} ${name.text}`)) continue;
          seen.add(`${kind} ${name.text}`);
          names.push({ ...name, line, isInside: isInside(cell) });
        }
      }
    }
    if (isForeign || shape.width < shape.enoughCells || until < 0) continue;
    isRow ||= isWholeRow(text, { start, end: Math.min(end, until) }, shape);
  }
  return { isRow, names };
};

const OTHERS = [';', ',', '\t'];

const withoutTrailingDelimiters = (text: string, { start, end }: Line, { trailingDelimiters }: RowShape): number =>
  trailingDelimiters !== '' && text.slice(start, end).endsWith(trailingDelimiters)
    ? end - trailingDelimiters.length
    : end;

const identityIn = (raw: string, kind: 'email' | 'externalId'): { text: string; isEmail: boolean } | undefined => {
  if (raw.length > LONGEST_NAME) return undefined;
  const text = unguard(raw.trim().replaceAll(AROUND, '')).trim();
  if (text === '' || text.length > MOST_CHARACTERS.external_id) return undefined;
  // An email cannot have a character that an external id may not have, such as a control character.
  if (!checkExternalId(text).ok || (kind === 'email' && !text.includes('@'))) return undefined;
  return { text, isEmail: kind === 'email' && checkEmail(text).ok };
};

/** Quotes around a cell, including `="E2"`. */
const AROUND = /^"*(?:=?"+)?|"+$/g;
/** The length of an identity with quotes and spaces around it. */
const LONGEST_NAME = 2 * MOST_CHARACTERS.external_id;

/**
 * The lines joined by a quote that opens in one row and closes in another. Read by themselves, the first and the last
 * line are both whole rows, even if the cell has a small part of the last line.
 */
const joinedLines = (
  text: string,
  lines: readonly Line[],
  regions: readonly Region[],
  cells: number,
  shape: RowShape,
): number[] => {
  if (shape.width < shape.enoughCells && (cells <= shape.width || shape.enoughCells > ENOUGH_CELLS)) return [];
  let at = 0;
  return regions.flatMap(({ open, close }) => {
    while ((lines[at]?.end ?? text.length) < open) at++;
    const first = lines[at];
    let to = at;
    while (to + 1 < lines.length && (lines[to]?.end ?? 0) < close) to++;
    const last = lines[to];
    if (!first || !last || first === last) return [];
    const areWhole = [first, last].every((one) =>
      isWholeRow(text, { start: one.start, end: withoutTrailingDelimiters(text, one, shape) }, shape),
    );
    return areWhole ? [lines[at + 1]?.line ?? last.line, last.line] : [];
  });
};

/** Whether a part of a text has as many cells as the header, not counting blank cells at the end. */
const isWholeRow = (text: string, part: Piece, { delimiter, width }: RowShape): boolean =>
  divisions(text, part, delimiter).some(
    (cells) =>
      cells.length >= width && cells.slice(width).every(({ start, end }) => /^["\s]*$/.test(text.slice(start, end))),
  );

type Piece = { start: number; end: number };

/**
 * The possible divisions of a line into cells: at every delimiter; and if the line has quotes, at delimiters outside quotes.
 * There, either every quote counts as a quote or every run of quotes does: in a cell, quotes are doubled or belong to rows.
 */
const divisions = (text: string, { start, end }: Piece, delimiter: string): Piece[][] => {
  const plain: Piece[] = [];
  const outside: Piece[] = [];
  const outsideRuns: Piece[] = [];
  const starts = [start, start, start];
  let [inQuotes, inRuns, hasQuotes] = [false, false, false];
  const add = (list: Piece[], which: number, at: number) => {
    list.push({ start: starts[which] ?? start, end: at });
    starts[which] = at + 1;
  };
  for (let at = start; at < end; at++) {
    const sign = text.charAt(at);
    if (sign === '"') {
      hasQuotes = true;
      inQuotes = !inQuotes;
      if (at === start || text.charAt(at - 1) !== '"') inRuns = !inRuns;
    } else if (sign === delimiter) {
      add(plain, 0, at);
      if (!inQuotes) add(outside, 1, at);
      if (!inRuns) add(outsideRuns, 2, at);
    }
  }
  add(plain, 0, end);
  if (!hasQuotes) return [plain];
  add(outside, 1, end);
  add(outsideRuns, 2, end);
  return [plain, outside, outsideRuns];
};
