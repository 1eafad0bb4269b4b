/** Whether a trimmed cell is the word that clears one value, whatever the options. No value can be this word. */
export const isClearWord = (text: string): boolean =>
  text === CLEAR || (text.length === CLEAR.length && text.toUpperCase() === CLEAR);

const CLEAR = '#CLEAR';
