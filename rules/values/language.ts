import type { CheckResult } from '../findings/findings.ts';
import { tagOfLanguage } from './language-names.ts';

/**
 * Checks a trimmed language against those that can be chosen. Codes go by the lookup of BCP 47 (RFC 4647, section 3.4):
 * without regard to case, and from the most special to the least, so that `sv-SE` finds `sv` where there is no `sv-SE`. An
 * underscore does for a hyphen, an encoding at the end does not count (`sv_SE.UTF-8`), and an older or longer code means
 * the one in use (`swe` → `sv`, `no` → `nb`). Names are those of `tagOfLanguage`. Gives the list's spelling.
 */
export const checkLanguage = (text: string, languages: readonly string[]): CheckResult<string> => {
  // Nearly always as it is in the list.
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

/** What was read by a list: a column has few languages in many cells, and to read one takes 25 µs. */
const READ = new WeakMap<readonly string[], Map<string, CheckResult<string>>>();
/** More than people have names for the languages of a list. */
const MOST_READ = 500;
const LONGEST_READ = 40;

const readBefore = (text: string, languages: readonly string[]): CheckResult<string> | undefined =>
  READ.get(languages)?.get(text);

const remembered = (text: string, languages: readonly string[], checked: CheckResult<string>): CheckResult<string> => {
  const all = READ.get(languages) ?? new Map<string, CheckResult<string>>();
  READ.set(languages, all);
  // A copy: what is cut from a file's text would keep all of that text in memory.
  if (all.size < MOST_READ && text.length <= LONGEST_READ) all.set(Buffer.from(text).toString(), checked);
  return checked;
};

/** Whether a language that could be read was written as something else than its code, as a name or a locale. */
export const isInOtherWords = (text: string, language: string): boolean =>
  text.length !== language.length || text.toLowerCase() !== language.toLowerCase();

/** What the locales of Unix have behind language and region. */
const ENCODING = /\.[A-Za-z0-9-]{1,20}$|@euro$/;

/** The longest beginning of the tag that is on the list; a single letter or digit that stands before what goes, goes too. */
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

/** RFC 5646 (4.4.1) counts on 35. The engine sorts variants, and `lookUp` joins subtags, in quadratic time. */
const LONGEST_TAG = 100;

/** The tag by which Unicode's tables replace it, or itself; undefined where it is no well-formed tag, or none in use. */
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
