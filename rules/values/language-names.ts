import { normalizeWord } from './plain-word.ts';

/** The languages of the product, others that a deployment is likely to add, and both written forms of Norwegian. */
const CODES = [
  'en',
  'sv',
  'da',
  'nb',
  'nn',
  'fi',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pl',
  'pt',
  'et',
  'lv',
  'lt',
  'is',
  'cs',
];
/** The languages of the product, and the Portuguese of Portugal, in which some language names differ from Brazil's. */
const READERS = ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'pt-PT'];
/** Nine of ten people who write Norwegian write Bokmål. */
const NORWEGIAN = { name: 'no', code: 'nb' };
/** Names in use that Unicode's tables do not have. */
const OTHER_NAMES: readonly (readonly [name: string, code: string])[] = [
  ['castellano', 'es'],
  ['holländska', 'nl'],
  ['hollandsk', 'nl'],
  ['Holländisch', 'nl'],
  ['hollandais', 'nl'],
  ['holandés', 'nl'],
  ['holenderski', 'nl'],
];

/** A name without case, marks, brackets and hyphens, so that `Norwegian (Bokmål)` equals `Norwegian Bokmål`. */
const keyOf = (name: string): string =>
  normalizeWord(name)
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();

/** The code by name; null if the name means two languages. */
const NAMES: ReadonlyMap<string, string | null> = (() => {
  const names = new Map<string, string | null>();
  const add = (name: string, code: string) => {
    const key = keyOf(name);
    names.set(key, (names.get(key) ?? code) === code ? code : null);
  };
  for (const reader of [...READERS, ...CODES]) {
    const namesIn = new Intl.DisplayNames(reader, { type: 'language' });
    for (const code of CODES) add(namesIn.of(code) ?? code, code);
    add(namesIn.of(NORWEGIAN.name) ?? NORWEGIAN.code, NORWEGIAN.code);
  }
  for (const [name, code] of OTHER_NAMES) add(name, code);
  return names;
})();

/** Regions with many speakers of these languages, for names such as `English (United States)`. */
const REGIONS =
  'US GB IE CA AU NZ ZA IN SE FI AX DK NO DE AT CH LI LU FR BE ES MX AR CO CL PE IT NL PL PT BR EE LV LT IS CZ'.split(
    ' ',
  );
const REGION_NAMES: ReadonlyMap<string, string> = new Map([
  ...READERS.flatMap((reader) => {
    const namesIn = new Intl.DisplayNames(reader, { type: 'region' });
    return REGIONS.map((region) => [keyOf(namesIn.of(region) ?? region), region] as const);
  }),
  ...REGIONS.map((region) => [keyOf(region), region] as const),
  ['usa', 'US'],
  ['uk', 'GB'],
]);

/** Longer than any name and region, with marks beside some letters. */
const LONGEST_NAME = 80;
const WITH_REGION = /^([^()]+)\(([^()]+)\)$/;

/**
 * The tag of the language that a text names, in the language itself or in a language of the product, with or without a
 * region in brackets: `Svenska` is `sv`, and `Portuguese (Brazil)` is `pt-BR`. Undefined if the text names no language.
 */
export const tagOfLanguage = (text: string): string | undefined => {
  if (text.length > LONGEST_NAME) return undefined;
  const named = NAMES.get(keyOf(text));
  if (named) return named;
  const [, name = '', place = ''] = WITH_REGION.exec(text) ?? [];
  const [code, region] = [NAMES.get(keyOf(name)), REGION_NAMES.get(keyOf(place))];
  return code && region ? `${code}-${region}` : undefined;
};
