/** First strong isolate and its end: text between them has a direction of its own. */
const OPEN = '\u2068';
const CLOSE = '\u2069';

/** Marks a name from outside inside of a sentence, so that it cannot turn the sentence around; `Text` makes it a `<bdi>`. */
export const isolate = (name: string): string => `${OPEN}${name.replaceAll(OPEN, '').replaceAll(CLOSE, '')}${CLOSE}`;

/** The sentence in pieces: every second one is a marked name. */
export const piecesOf = (sentence: string): string[] => sentence.split(MARKS);

/** The sentence without the marks. */
export const plain = (sentence: string): string => sentence.replaceAll(MARKS, '');

const MARKS = /[\u2068\u2069]/g;
