import { isErrorWord } from './error-words.ts';
import { nameKey } from './text.ts';

/** The form in which segment names are compared. */
export const segmentKey = nameKey;

/**
 * Whether a tidied name of a user or segment looks like a placeholder for "nothing". The name is still used: it may be
 * meant.
 */
export const isPlaceholder = (name: string): boolean => SIGNS.has(name) || isErrorWord(name);

const SIGNS: ReadonlySet<string> = new Set(['-', '--', '---', '\u2013', '\u2014', '.', '?']);
