import { isDeepStrictEqual } from 'node:util';
import { CATALOGUE } from '../../rules/findings/catalogue.ts';
import { describeFinding } from '../../rules/findings/describe-finding.ts';
import type { Finding } from '../../rules/findings/findings.ts';
import { inPieces } from '../csv/in-pieces.ts';
import type { FuzzInput } from './inputs.ts';
import { logProblems } from './log-properties.ts';
import { type ReadAll, readAll } from './read-all.ts';

export type Checked = { problems: string[]; codes: string[] };

/**
 * Reads an input twice, in pieces of different sizes, and returns the problems: properties that hold for any file, and
 * the expected cells if they are known. Never throws.
 */
export const checkInput = async (input: FuzzInput): Promise<Checked> => {
  try {
    const { bytes, limits, pieces } = input;
    const one = await readAll(inPieces(bytes, pieces[0]), limits);
    const other = await readAll(inPieces(bytes, pieces[1]), limits);
    const problems = [
      ...(isDeepStrictEqual(one, other) ? [] : [`Two ways of cutting it give ${difference(one, other)}`]),
      ...alwaysProblems(one, bytes),
      ...expectedProblems(one, input),
      ...(await logProblems(one, input)),
    ];
    return { problems, codes: one.findings.map(({ code }) => code) };
  } catch (error) {
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)], codes: [] };
  }
};

const difference = (one: ReadAll, other: ReadAll): string => {
  const key = (Object.keys(one) as (keyof ReadAll)[]).find((name) => !isDeepStrictEqual(one[name], other[name]));
  return key ? `${key}: ${short(one[key])} and ${short(other[key])}` : 'the same';
};
const short = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 600);

function* alwaysProblems(all: ReadAll, bytes: Buffer): Generator<string> {
  const { reading, columns, findings, rows, drafts, names } = all;
  if (!columns && !findings.some(({ code }) => CATALOGUE[code].scope === 'file'))
    yield 'Nothing read, and no file error';
  const lines = physicalLines(bytes, reading?.encoding);
  for (const found of findings) yield* findingProblems(found, lines);
  // The text of an invalid cell is only ever compared.
  const kept = drafts.map(({ invalidCells, ...draft }) => draft);
  for (const [name, value] of Object.entries({ reading, findings, drafts: kept, names })) {
    const text = JSON.stringify(value);
    // A lone surrogate comes out of JSON escaped.
    const wrong = /\\u0000|\\ud[89a-f]/.exec(text);
    if (wrong) yield `${name} cannot be stored: …${text.slice(Math.max(0, wrong.index - 60), wrong.index + 20)}`;
  }
  if (reading && reading.rows !== rows.length) yield `${reading.rows} rows counted, ${rows.length} read`;
  let last = reading?.headerLine ?? 0;
  for (const { line } of rows) {
    if (line <= last || line > lines) yield `A row on line ${line} after line ${last} of ${lines}`;
    last = line;
  }
  for (const { values, references, ...draft } of drafts) {
    const { email, externalId, firstName, lastName, language } = draft;
    const kept = [email, externalId, firstName, lastName, language, ...values, ...references];
    if (kept.some((value) => typeof value === 'string' && /\0|\ufffd/.test(value))) yield `Kept: ${short(kept)}`;
    const refusing = draft.findings.some(({ code }) => CATALOGUE[code].scope === 'row');
    if (draft.refused !== refusing) yield `Refused: ${draft.refused}, though ${short(draft.findings)}`;
  }
  if (names.some((name) => /\0|\ufffd/.test(name))) yield `Named: ${short(names)}`;
}

function* findingProblems({ line, code, value, details }: Finding, lines: number): Generator<string> {
  if (line !== null && !(line >= 1 && line <= lines)) yield `${code} on line ${line} of ${lines}`;
  const { message, suggestion } = describeFinding(code, details, value);
  if (/undefined|NaN|\[object/.test(message.replace(value ?? '', '') + suggestion))
    yield `${code} says: ${message} ${suggestion}`;
}

/** Counted in the whole text. For a file without a valid encoding: no line without one of these bytes. */
const physicalLines = (bytes: Buffer, encoding: string | undefined): number =>
  1 +
  [...(encoding ? new TextDecoder(encoding).decode(bytes) : bytes.toString('latin1')).matchAll(/\r\n|\r|\n/g)].length;

function* expectedProblems({ reading, findings, rows }: ReadAll, { expected }: FuzzInput): Generator<string> {
  if (!expected) return;
  if (!reading) {
    yield `Legal, but: ${short(findings)}`;
    return;
  }
  const { records, ...how } = expected;
  for (const key of Object.keys(how) as (keyof typeof how)[]) {
    if (!isDeepStrictEqual(reading[key], how[key])) yield `${key} is ${short(reading[key])}, not ${short(how[key])}`;
  }
  const read = rows.map(({ line, cells, strayQuotes }) => ({ line, cells, strayQuotes }));
  const at = records.findIndex((record, index) => !isDeepStrictEqual(record, read[index]));
  if (at >= 0) yield `Row ${at} is ${short(read[at])}, not ${short(records[at])}`;
}
