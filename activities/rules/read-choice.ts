import { choiceKey, isPlaceholder } from './choices.ts';
import { UNPROVED } from './column-formats.ts';
import { type Details, excerpt } from './findings.ts';
import type { Column } from './headers.ts';
import { withoutEntities } from './html-entities.ts';
import { questionIn } from './lost-letters.ts';
import type { Choice, ChoiceBook } from './row-draft.ts';
import { type RowWork, say, withMore } from './row-work.ts';
import { tidyName } from './text.ts';

/**
 * Reads a name into the id of its segment; an unknown one will be a new segment. Takes the checked text, and the cell as
 * given for findings.
 */
export const readChoice = (work: RowWork, column: Column, text: string, given: string): void => {
  const { context } = work;
  const { attributeId, place } = column;
  const name = tidyName(text);
  const key = choiceKey(name);
  const found = context.choices.find(attributeId, key, name);
  const choice = found ?? meantChoice(work, column, name, given);
  const segmentId = choice?.segmentId ?? context.choices.add(attributeId, ownCopy(key), ownCopy(name));
  keepChoice(work, place, segmentId, !choice || choice.isNew);
  if (choice === found) sayOfName(work, column, name, given, choice);
};

/** What is to be said of a name that is used as it stands; `choice`: whose name it is, if it is not new. */
const sayOfName = (work: RowWork, column: Column, name: string, given: string, choice: Choice | undefined): void => {
  const { index } = column;
  if (choice && !choice.viaAlias && choice.spelling !== name && tidyName(choice.spelling) !== name) {
    say(work, index, 'CASE_VARIANT', column.name, given, { spelling: choice.spelling });
  }
  if (isPlaceholder(name)) say(work, index, 'PLACEHOLDER', column.name, given);
  const meant = withoutEntities(name);
  if (meant !== null) say(work, index, 'HTML_ENTITY', column.name, given, { meant: excerpt(meant) });
};

/**
 * The choice that is meant by a name that no choice has: with its HTML entities as characters, or with a letter that was
 * lost.
 */
const meantChoice = (work: RowWork, column: Column, name: string, given: string): Choice | undefined => {
  const { attributeId, index } = column;
  const { choices, formats } = work.context;
  const plain = withoutEntities(name);
  const unescaped = plain === null ? undefined : choices.find(attributeId, choiceKey(plain), plain);
  if (unescaped) {
    say(work, index, 'HTML_ENTITY', column.name, given, { meant: unescaped.spelling, read: true });
    return unescaped;
  }
  if (!name.includes('?') || isPlaceholder(name)) return undefined;
  const whole = choices.whole?.(attributeId, name);
  if (whole) {
    say(work, index, 'LETTER_LOST', column.name, given, { present: whole.spelling, applied: true, read: true });
    return whole;
  }
  const question = questionIn(name);
  if (question === null) return undefined;
  const similar = withALetter(choices, attributeId, name);
  const isDoubtful = similar || question === 'inside' || (formats[index] ?? UNPROVED).lettersLost;
  const details: Details = similar ? { present: similar.spelling, applied: true } : { applied: true };
  if (isDoubtful) say(work, index, 'LETTER_LOST', column.name, given, details);
  return undefined;
};

/** The only choice that has a plain letter where a name has its question mark; no encoding loses these. */
const withALetter = (choices: ChoiceBook, attributeId: number, name: string): Choice | undefined => {
  if (name.indexOf('?') !== name.lastIndexOf('?')) return undefined;
  const found = LETTERS.flatMap((letter) => {
    const whole = name.replace('?', letter);
    return choices.find(attributeId, choiceKey(whole), whole) ?? [];
  });
  return found.length === 1 ? found[0] : undefined;
};
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const keepChoice = ({ draft }: RowWork, place: number, segmentId: number, isNew: boolean): void => {
  draft.values[place] = segmentId;
  if (isNew && !draft.newSegments.includes(segmentId)) draft.newSegments = withMore(draft.newSegments, segmentId);
};

/** Reads a cell that was read before, in whatever row, and of which nothing was to be said; false where it was not. */
export const readAsBefore = (work: RowWork, { attributeId, place }: Column, cell: string): boolean => {
  const choice = work.context.choices.sameAsBefore?.(attributeId, cell);
  if (!choice) return false;
  keepChoice(work, place, choice.segmentId, choice.isNew);
  return true;
};

/** Remembers a cell of which nothing was to be said: most names stand in many rows, spelled alike. */
export const rememberChoice = ({ context }: RowWork, { attributeId }: Column, text: string, cell: string): void => {
  const name = tidyName(text);
  const choice = context.choices.find(attributeId, choiceKey(name), name);
  if (choice) context.choices.remember?.(attributeId, ownCopy(cell), choice);
};

/** A text cut out of the file's keeps all of that part of the file in memory; a name that is kept must not. */
const ownCopy = (text: string): string => Buffer.from(text).toString();
