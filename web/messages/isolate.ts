/** First strong isolate (U+2068) and its end: text between them has a direction of its own. */
const OPEN = '\u2068';
const CLOSE = '\u2069';

/**
 * Marks an untrusted name in a sentence, so that the name cannot change the direction of the sentence. `Text` makes it
 * a `<bdi>`.
 */
export const isolate = (name: string): string => `${OPEN}${name.replaceAll(OPEN, '').replaceAll(CLOSE, '')}${CLOSE}`;

/** The sentence in pieces: every second piece is a marked name. */
export const piecesOf = (sentence: string): string[] => sentence.split(MARKS);

/** The sentence without the marks. */
export const plain = (sentence: string): string => sentence.replaceAll(MARKS, '');

const MARKS = /[\u2068\u2069]/g;
