/** Whether a trimmed cell is the word that clears one value, with any options. No value can be this word. */
export const isClearMarker = (text: string): boolean =>
  text === CLEAR_MARKER || (text.length === CLEAR_MARKER.length && text.toUpperCase() === CLEAR_MARKER);

const CLEAR_MARKER = '#CLEAR';
