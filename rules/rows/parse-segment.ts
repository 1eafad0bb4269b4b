import type { Column } from '../columns/headers.ts';
import type { Details } from '../findings/details.ts';
import { excerpt } from '../findings/findings.ts';
import { UNDETERMINED } from '../values/column-format.ts';
import { withoutEntities } from '../values/html-entities.ts';
import { questionIn } from '../values/lost-letters.ts';
import { isPlaceholder } from '../values/special-words.ts';
import { nameKey, tidyName } from '../values/text.ts';
import type { ResolvedSegment, SegmentLookup } from './parsed-row.ts';
import { addFinding, append, type RowParserState } from './row-parser-state.ts';

/**
 * Resolves a name to the id of its segment. An unknown name becomes a new segment. `text` is the checked text; `given`
 * is the cell as given, for findings.
 */
export const parseSegment = (work: RowParserState, column: Column, text: string, given: string): void => {
  const { context } = work;
  const { attributeId, valueIndex } = column;
  const name = tidyName(text);
  const key = nameKey(name);
  const found = context.segments.find(attributeId, key, name);
  const segment = found ?? intendedSegment(work, column, name, given);
  const segmentId = segment?.segmentId ?? context.segments.add(attributeId, ownCopy(key), ownCopy(name));
  setSegment(work, valueIndex, segmentId, !segment || segment.isNew);
  if (segment === found) warnOfName(work, column, name, given, segment);
};

/** Adds warnings for a name that is used as it stands. `segment`: its segment, if that is not new. */
const warnOfName = (
  work: RowParserState,
  column: Column,
  name: string,
  given: string,
  segment: ResolvedSegment | undefined,
): void => {
  const { index } = column;
  if (segment && !segment.viaAlias && segment.spelling !== name && tidyName(segment.spelling) !== name) {
    addFinding(work, index, 'CASE_VARIANT', column.name, given, { spelling: segment.spelling });
  }
  if (isPlaceholder(name)) addFinding(work, index, 'PLACEHOLDER', column.name, given);
  const meant = withoutEntities(name);
  if (meant !== null) addFinding(work, index, 'HTML_ENTITY', column.name, given, { meant: excerpt(meant) });
};

/**
 * The segment that an unknown name probably means: the name with its HTML entities as characters, or with a lost letter.
 */
const intendedSegment = (
  work: RowParserState,
  column: Column,
  name: string,
  given: string,
): ResolvedSegment | undefined => {
  const { attributeId, index } = column;
  const { segments, formats } = work.context;
  const plain = withoutEntities(name);
  const unescaped = plain === null ? undefined : segments.find(attributeId, nameKey(plain), plain);
  if (unescaped) {
    addFinding(work, index, 'HTML_ENTITY', column.name, given, { meant: unescaped.spelling, read: true });
    return unescaped;
  }
  if (!name.includes('?') || isPlaceholder(name)) return undefined;
  const whole = segments.findWithLostLetters?.(attributeId, name);
  if (whole) {
    addFinding(work, index, 'LETTER_LOST', column.name, given, { present: whole.spelling, applied: true, read: true });
    return whole;
  }
  const question = questionIn(name);
  if (question === null) return undefined;
  const similar = withLostLetter(segments, attributeId, name);
  const isDoubtful = similar || question === 'inside' || (formats[index] ?? UNDETERMINED).lettersLost;
  const details: Details = similar ? { present: similar.spelling, applied: true } : { applied: true };
  if (isDoubtful) addFinding(work, index, 'LETTER_LOST', column.name, given, details);
  return undefined;
};

/** The only segment with a plain letter at the question mark of a name. No encoding loses plain letters. */
const withLostLetter = (segments: SegmentLookup, attributeId: number, name: string): ResolvedSegment | undefined => {
  if (name.indexOf('?') !== name.lastIndexOf('?')) return undefined;
  const found = LETTERS.flatMap((letter) => {
    const whole = name.replace('?', letter);
    return segments.find(attributeId, nameKey(whole), whole) ?? [];
  });
  return found.length === 1 ? found[0] : undefined;
};
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const setSegment = ({ parsed }: RowParserState, valueIndex: number, segmentId: number, isNew: boolean): void => {
  parsed.values[valueIndex] = segmentId;
  if (isNew && !parsed.newSegments.includes(segmentId)) parsed.newSegments = append(parsed.newSegments, segmentId);
};

/** Uses the cached segment of an equal cell that had no finding, in any row; returns false if there is none. */
export const parseCached = (work: RowParserState, { attributeId, valueIndex }: Column, cell: string): boolean => {
  const segment = work.context.segments.cached?.(attributeId, cell);
  if (!segment) return false;
  setSegment(work, valueIndex, segment.segmentId, segment.isNew);
  return true;
};

/** Caches a cell without findings, because most names stand in many rows with one spelling. */
export const cacheSegment = (
  { context }: RowParserState,
  { attributeId }: Column,
  text: string,
  cell: string,
): void => {
  const name = tidyName(text);
  const segment = context.segments.find(attributeId, nameKey(name), name);
  if (segment) context.segments.cache?.(attributeId, ownCopy(cell), segment);
};

/** A copy, because a substring keeps that whole part of the file in memory. */
const ownCopy = (text: string): string => Buffer.from(text).toString();
