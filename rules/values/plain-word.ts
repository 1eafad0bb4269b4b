import { normalized } from './normal-form.ts';

/** A word in lower case, without accents and other marks, for comparison. `EPÄTOSI` is `epatosi`, `FAŁSZ` is `falsz`. */
export const normalizeWord = (text: string): string =>
  // The first step decomposes long runs of marks in linear time.
  normalized(text, 'NFC').toLowerCase().normalize('NFD').replace(MARKS, '').replaceAll('\u0142', 'l');

const MARKS = /\p{M}/gu;
