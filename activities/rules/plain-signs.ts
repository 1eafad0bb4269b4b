import { normalized } from './normal-form.ts';

/**
 * The text of a number or date in the signs of a keyboard: full-width digits and odd spaces by Unicode's compatibility
 * forms (NFKC), the typographic minus, hyphens and apostrophe as what they stand for.
 */
export const toPlainSigns = (text: string): string =>
  NOT_ASCII.test(text) ? normalized(text, 'NFKC').replace(DASHES, '-').replaceAll('\u2019', "'") : text;

const NOT_ASCII = /[^ -~]/;
const DASHES = /[\u2010-\u2013\u2212]/g;
