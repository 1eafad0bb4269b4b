import type { Checked } from './findings.ts';

/**
 * Checks a trimmed language tag against the languages that can be chosen, by the lookup of BCP 47 (RFC 4647, section
 * 3.4): without regard to case, and from the most special to the least, so that `sv-SE` finds `sv` where there is no
 * `sv-SE`. An underscore does for a hyphen, and an older or longer code for the one in use (`swe` → `sv`, `no` → `nb`).
 * Gives the list's spelling.
 */
export const checkLanguage = (text: string, languages: readonly string[]): Checked<string> => {
  // Nearly always as it is in the list.
  if (languages.includes(text)) return { ok: true, value: text };
  const tag = text.replaceAll('_', '-');
  const canonical = inUse(tag);
  const value = canonical && (lookUp(tag, languages) ?? lookUp(canonical, languages));
  if (value !== undefined) return { ok: true, value };
  const details = { languages: languages.join(', ') };
  const suggested = lookUp(NAMES.get(text.toLowerCase()) ?? '', languages);
  return { ok: false, code: 'LANGUAGE_UNKNOWN', details: suggested ? { ...details, suggested } : details };
};

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

/** What a language is called in English and in itself, for the suggestion; names are never read as codes. */
const NAMES: ReadonlyMap<string, string> = new Map(
  ['en', 'sv', 'da', 'nb', 'nn', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'et', 'lv', 'lt', 'is', 'cs'].flatMap(
    (code) =>
      ['en', 'sv', code].map(
        (reader) =>
          [(new Intl.DisplayNames(reader, { type: 'language' }).of(code) ?? code).toLowerCase(), code] as const,
      ),
  ),
);
