import { excerpt } from '../findings/findings.ts';
import { checkBoolean } from '../values/booleans.ts';
import { type ColumnFormat, type Proof, UNDETERMINED } from '../values/column-format.ts';
import { dateEvidence, isIsoDate } from '../values/dates.ts';
import { cellText } from '../values/formula-guard.ts';
import { checkLanguage, isInOtherWords } from '../values/language.ts';
import { questionIn } from '../values/lost-letters.ts';
import { numberEvidence } from '../values/numbers.ts';
import { LONGEST_DATE } from '../values/time-of-day.ts';

/** The evidence from the cells of one column so far: the first cell of each kind. */
export type ColumnEvidence = {
  yearFirst: Proof | null;
  dayFirst: Proof | null;
  monthFirst: Proof | null;
  commaDecimal: Proof | null;
  commaGroup: Proof | null;
  pointGroup: Proof | null;
  boolean: Proof | null;
  languages: { proof: Proof; code: string; cells: number } | null;
  /** A question mark inside a word, and another cell with one at a letter. */
  letterLost: Proof | null;
  anotherLost: Proof | null;
};

/** The evidence before any cell of a column was observed. */
export const emptyEvidence = (): ColumnEvidence => ({
  yearFirst: null,
  dayFirst: null,
  monthFirst: null,
  commaDecimal: null,
  commaGroup: null,
  pointGroup: null,
  boolean: null,
  languages: null,
  letterLost: null,
  anotherLost: null,
});

/** Observes a cell as it stands in the file. Cheap for cells that prove nothing, which are nearly all. */
export const observe = (evidence: ColumnEvidence, line: number, cell: string): void => {
  if (isIsoDate(cell)) {
    evidence.yearFirst ??= proof(line, cell);
    return;
  }
  const text = cellText(cell).trim();
  if (!mayProve(text)) return;
  if (isIsoDate(text)) evidence.yearFirst ??= proof(line, text);
  const order = dateEvidence(text);
  if (order === 'year_first') evidence.yearFirst ??= proof(line, text);
  if (order === 'day_first') evidence.dayFirst ??= proof(line, text);
  if (order === 'month_first') evidence.monthFirst ??= proof(line, text);
  const marks = numberEvidence(text);
  if (!marks) return;
  if (marks.comma === 'decimal') evidence.commaDecimal ??= proof(line, text);
  if (marks.comma === 'group') evidence.commaGroup ??= proof(line, text);
  if (marks.pointGroups) evidence.pointGroup ??= proof(line, text);
};

/** Observes a cell of the participation column. */
export const observeBoolean = (evidence: ColumnEvidence, line: number, cell: string): void => {
  if (evidence.boolean && !isOurs(evidence.boolean.value)) return;
  const text = cellText(cell).trim();
  if (evidence.boolean ? !isOurs(text) && checkBoolean(text).ok : checkBoolean(text).ok)
    evidence.boolean = proof(line, text);
};
const isOurs = (text: string): boolean => text === 'TRUE' || text === 'FALSE';

/** Observes a cell of the language column. */
export const observeLanguage = (
  evidence: ColumnEvidence,
  line: number,
  cell: string,
  languages: readonly string[],
): void => {
  const text = cellText(cell).trim();
  const checked = checkLanguage(text, languages);
  if (!checked.ok || !isInOtherWords(text, checked.value)) return;
  evidence.languages ??= { proof: proof(line, text), code: checked.value, cells: 0 };
  evidence.languages.cells++;
};

/** Observes a cell with a question mark, of any column. */
export const observeLetters = (evidence: ColumnEvidence, line: number, cell: string): void => {
  if (evidence.letterLost && evidence.anotherLost) return;
  const text = cellText(cell).trim();
  const question = questionIn(text);
  if (question === 'inside' && !evidence.letterLost) evidence.letterLost = proof(line, text);
  else if (question) evidence.anotherLost ??= proof(line, text);
};

/** Infers the format of a column from the evidence of all its cells. */
export const inferFormat = (evidence: ColumnEvidence): ColumnFormat => {
  if (!Object.values(evidence).some((cell) => cell !== null)) return UNDETERMINED;
  const { yearFirst, dayFirst, monthFirst, commaDecimal, commaGroup, pointGroup } = evidence;
  const dates: ColumnFormat['dates'] = {
    order: verdict(dayFirst, 'day_first', monthFirst, 'month_first'),
    ...sides(dayFirst, monthFirst),
    yearFirst,
  };
  // Points as thousands separators contradict a decimal point, as a decimal comma does, but alone they prove no comma.
  const againstGroups = commaDecimal ?? (commaGroup && pointGroup);
  const numbers: ColumnFormat['numbers'] = {
    comma: verdict(againstGroups, 'decimal', commaGroup, 'group'),
    pointGroups: pointGroup,
    ...sides(againstGroups, commaGroup),
  };
  const { boolean, languages, letterLost, anotherLost } = evidence;
  const lettersLost = letterLost !== null && anotherLost !== null;
  return { dates, numbers, booleans: { proof: boolean }, lettersLost, ...(languages ? { languages } : {}) };
};

/** The separators in a date or number, including those that `normalizeSigns` replaces. */
const SIGNS = /[.,/\uff0c\uff0e\uff0f\u2010-\u2013-]/;
/** `31 janvier 1980`, `Jan 31, 1980`: a word, and a year or time of day at the end. Few names match. */
const MONTH_IN_WORDS = /^(?:\d.*\p{L}|\p{L}.*\d\D{1,2}\d{4}(?:$|[ T]))/u;
/** The ends of such a text: `1980`, `AM`, `Uhr`, `r.`. */
const ENDS = /[\dMmRr.]$/;

const mayProve = (cell: string): boolean => {
  if (cell.length > LONGEST_DATE) return false;
  const isLetter = isBetween(cell.charCodeAt(0) | 0x20, 0x61, 0x7a);
  if (!isLetter && SIGNS.test(cell)) return true;
  return ENDS.test(cell.trimEnd()) && MONTH_IN_WORDS.test(cell);
};
const isBetween = (unit: number, first: number, last: number): boolean => unit >= first && unit <= last;

const verdict = <A extends string, B extends string>(
  a: Proof | null,
  ifA: A,
  b: Proof | null,
  ifB: B,
): A | B | 'contradicting' | 'unproved' => (a ? (b ? 'contradicting' : ifA) : b ? ifB : 'unproved');

const sides = (a: Proof | null, b: Proof | null) => ({ proof: a ?? b, against: a && b });

/** A copy of the beginning, because a substring would keep the whole text of the file in memory. */
const proof = (line: number, text: string): Proof => ({ line, value: Buffer.from(excerpt(text)).toString() });
