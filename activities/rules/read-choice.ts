import { isPlaceholder } from './choices.ts';
import type { Column } from './headers.ts';
import { type RowWork, say } from './row-work.ts';
import { tidyName } from './text.ts';

/**
 * Reads a name into the id of its segment; an unknown one will be a new segment. Takes the checked text, and the cell as
 * given for findings.
 */
export const readChoice = (work: RowWork, column: Column, text: string, given: string): void => {
  const { draft, context } = work;
  const { attributeId, key, index } = column;
  const name = tidyName(text);
  const nameKey = name.toLowerCase();
  const choice = context.choices.find(attributeId, nameKey);
  const segmentId = choice?.segmentId ?? context.choices.add(attributeId, ownCopy(nameKey), ownCopy(name));
  draft.values[key] = segmentId;
  if ((!choice || choice.isNew) && !draft.newSegments.includes(segmentId)) draft.newSegments.push(segmentId);
  if (choice && !choice.viaAlias && choice.spelling !== name && tidyName(choice.spelling) !== name) {
    say(work, index, 'CASE_VARIANT', column.name, given, { spelling: choice.spelling });
  }
  if (isPlaceholder(nameKey)) say(work, index, 'PLACEHOLDER', column.name, given);
};

/** A text cut out of the file's keeps all of that part of the file in memory; a name that is kept must not. */
const ownCopy = (text: string): string => Buffer.from(text).toString();
