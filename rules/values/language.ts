import type { CheckResult } from '../findings/findings.ts';
import { tagOfLanguage } from './language-names.ts';

/**
 * Checks a trimmed language against the list of allowed ones. Codes follow the lookup of BCP 47 (RFC 4647, section 3.4):
 * case does not matter, and the most specific tag wins, so `sv-SE` finds `sv` if the list has no `sv-SE`. An underscore
 * counts as a hyphen, and an encoding at the end is ignored (`sv_SE.UTF-8`). An older or longer code means the current one
 * (`swe` → `sv`, `no` → `nb`). Names are those of `tagOfLanguage`. The value is the spelling of the list.
 */
export const checkLanguage = (text: string, languages: readonly string[]): CheckResult<string> => {
  // Nearly every cell has the spelling of the list.
  if (languages.includes(text)) return { ok: true, value: text };
  return readBefore(text, languages) ?? remembered(text, languages, read(text, languages));
};

const read = (text: string, languages: readonly string[]): CheckResult<string> => {
  const tag = text.replace(ENCODING, '').replaceAll('_', '-');
  const canonical = inUse(tag);
  const value =
    (canonical && (lookUp(tag, languages) ?? lookUp(canonical, languages))) ??
    lookUp(tagOfLanguage(text) ?? '', languages);
  if (value !== undefined) return { ok: true, value };
  return { ok: false, code: 'LANGUAGE_UNKNOWN', details: { languages: languages.join(', ') } };
};

/** Cached results by list: a column has few languages in many cells, and one check takes 25 µs. */
const READ = new WeakMap<readonly string[], Map<string, CheckResult<string>>>();
/** More than the number of names for the languages of a list. */
const MOST_READ = 500;
const LONGEST_READ = 40;

const readBefore = (text: string, languages: readonly string[]): CheckResult<string> | undefined =>
  READ.get(languages)?.get(text);

const remembered = (text: string, languages: readonly string[], checked: CheckResult<string>): CheckResult<string> => {
  const all = READ.get(languages) ?? new Map<string, CheckResult<string>>();
  READ.set(languages, all);
  // A copy: a substring would keep the whole text of the file in memory.
  if (all.size < MOST_READ && text.length <= LONGEST_READ) all.set(Buffer.from(text).toString(), checked);
  return checked;
};

/** Whether a cell names its language by a name or a locale, not by its code. */
export const isInOtherWords = (text: string, language: string): boolean =>
  text.length !== language.length || text.toLowerCase() !== language.toLowerCase();

/** The end of Unix locales, after language and region. */
const ENCODING = /\.[A-Za-z0-9-]{1,20}$|@euro$/;

/** The longest prefix of the tag that is on the list. A one-character subtag is removed with the subtag after it. */
const lookUp = (tag: string, languages: readonly string[]): string | undefined => {
  const subtags = tag.toLowerCase().split('-');
  for (; subtags.length > 0; subtags.pop()) {
    if (subtags.at(-1)?.length === 1) continue;
    const range = subtags.join('-');
    const found = languages.find((language) => language.toLowerCase() === range);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** RFC 5646 (4.4.1) expects up to 35. The engine sorts variants and `lookUp` joins subtags in quadratic time. */
const LONGEST_TAG = 100;

/** The tag, or its replacement in Unicode's tables; undefined if the tag is not well-formed or not in use. */
const inUse = (tag: string): string | undefined => {
  if (tag.length > LONGEST_TAG) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0]?.replace(/^no(?=-|$)/, NORWEGIAN);
  } catch {
    return undefined;
  }
};

/** `no` stands for both written forms of Norwegian; nine of ten people write Bokmål. */
const NORWEGIAN = 'nb';
