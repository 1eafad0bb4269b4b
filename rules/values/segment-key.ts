import { isErrorWord } from './error-words.ts';
import { nameKey } from './text.ts';

/** What names of segments are compared by. */
export const segmentKey = nameKey;

/**
 * Whether a tidied name looks like a sign for "nothing": of a user, of a segment. The name is used all the same: it may be
 * meant.
 */
export const isPlaceholder = (name: string): boolean => SIGNS.has(name) || isErrorWord(name);

const SIGNS: ReadonlySet<string> = new Set(['-', '--', '---', '\u2013', '\u2014', '.', '?']);
