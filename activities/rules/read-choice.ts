import { choiceKey, isPlaceholder } from './choices.ts';
import type { Column } from './headers.ts';
import { type RowWork, say, withMore } from './row-work.ts';
import { tidyName } from './text.ts';

/**
 * Reads a name into the id of its segment; an unknown one will be a new segment. Takes the checked text, and the cell as
 * given for findings.
 */
export const readChoice = (work: RowWork, column: Column, text: string, given: string): void => {
  const { context } = work;
  const { attributeId, place, index } = column;
  const name = tidyName(text);
  const key = choiceKey(name);
  const choice = context.choices.find(attributeId, key, name);
  const segmentId = choice?.segmentId ?? context.choices.add(attributeId, ownCopy(key), ownCopy(name));
  keepChoice(work, place, segmentId, !choice || choice.isNew);
  if (choice && !choice.viaAlias && choice.spelling !== name && tidyName(choice.spelling) !== name) {
    say(work, index, 'CASE_VARIANT', column.name, given, { spelling: choice.spelling });
  }
  if (isPlaceholder(key)) say(work, index, 'PLACEHOLDER', column.name, given);
};

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
