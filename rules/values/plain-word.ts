import { normalized } from './normal-form.ts';

/** A word as it is compared: in lower case, without accents and other marks. `EPÄTOSI` is `epatosi`, `FAŁSZ` is `falsz`. */
export const normalizeWord = (text: string): string =>
  // The first step takes long runs of marks apart in linear time.
  normalized(text, 'NFC').toLowerCase().normalize('NFD').replace(MARKS, '').replaceAll('\u0142', 'l');

const MARKS = /\p{M}/gu;
