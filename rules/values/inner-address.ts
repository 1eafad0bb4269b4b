import { INVISIBLE } from './text.ts';

/** An address inside a text. `isAll`: the rest of the text is decoration, so the text means only this address. */
export type InnerAddress = { address: string; isAll: boolean };

/**
 * The addresses in `Anna <anna@example.com>`, `mailto:anna@example.com`, `[anna@example.com](mailto:anna@example.com)`,
 * `'anna@example.com` or `anna%40example.com (work)`, each once. Every character is passed twice at most.
 *
 * @param isAddress whether a text without decoration is an address
 */
export const addressesIn = (text: string, isAddress: (text: string) => boolean): InnerAddress[] => {
  const plain = (decodedPercent(text) ?? text).replace(ANY_INVISIBLE, '');
  const found = new Map<string, InnerAddress>();
  let passed = 0;
  for (let at = plain.indexOf('@'); at >= 0; at = plain.indexOf('@', at + 1)) {
    let from = at;
    while (from > passed && BEFORE_AT.test(plain.charAt(from - 1))) from--;
    let to = at + 1;
    while (to < plain.length && AFTER_AT.test(plain.charAt(to))) to++;
    passed = to;
    while (from < at && LEADS.includes(plain.charAt(from))) from++;
    while (to > at && ENDS.includes(plain.charAt(to - 1))) to--;
    // A Markdown emphasis: `_anna@example.com_`.
    if (plain.charAt(to) === '_') while (plain.charAt(from) === '_') from++;
    const address = plain.slice(from, to);
    if (from === at || !isAddress(address)) continue;
    const isAll = endsInDecoration(plain, from, found.size === 0) && beginsWithDecoration(plain, to);
    const key = address.toLowerCase();
    found.set(key, { address, isAll: isAll && found.get(key)?.isAll !== false });
  }
  return [...found.values()];
};

/** A text with its percent-encoding (`%40`, `%2B`) decoded; null if it has none, or if it is invalid. */
export const decodedPercent = (text: string): string | null => {
  if (!text.includes('%')) return null;
  try {
    const decoded = decodeURIComponent(text);
    return decoded === text ? null : decoded;
  } catch {
    return null;
  }
};

const ANY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'g');
/** The characters in addresses of people. Others are legal before the @, but are decoration if a text is no address. */
const BEFORE_AT = /[\p{L}\p{N}\p{M}._+&'-]/u;
const AFTER_AT = /[\p{L}\p{N}\p{M}.-]/u;
const LEADS = "'.-&+";
const ENDS = '.-';

/** Before an address: nothing, a bracket, a quote, a colon; or, before the first, punctuation without a word. */
const endsInDecoration = (text: string, end: number, isFirst: boolean): boolean => {
  let at = end;
  while (at > 0 && (SPACE.test(text.charAt(at - 1)) || LEADS.includes(text.charAt(at - 1)))) at--;
  return (
    at === 0 ||
    BEGINS.includes(text.charAt(at - 1)) ||
    text.endsWith('://', at) ||
    (isFirst && !WORD.test(text.slice(0, at)))
  );
};

/** After an address: nothing, punctuation without a word, a bracket, or the query of a link. */
const beginsWithDecoration = (text: string, from: number): boolean => {
  let at = from;
  while (at < text.length && BETWEEN.test(text.charAt(at))) at++;
  const next = text.charAt(at);
  return next === '' || BRACKETS.includes(next) || (next === '?' && MAILTO.test(text)) || !WORD.test(text.slice(at));
};

const SPACE = /\s/;
const BETWEEN = /[\s"'\u201c\u201d\u2019]/;
const WORD = /[\p{L}\p{N}@]/u;
const MAILTO = /^\W{0,3}mailto:/i;
const BEGINS = '<>([{:"\u201c\u201d\u201e\u00ab\u2039\u2018\u201a';
const BRACKETS = '<>()[]{}';
