import { plainWord } from './plain-word.ts';

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
/** The languages of the product, and the Portuguese of Portugal, which calls some languages otherwise than Brazil's. */
const READERS = ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'pt-PT'];
/** Nine of ten people who write Norwegian write Bokmål. */
const NORWEGIAN = { name: 'no', code: 'nb' };
/** Names that people use beside those of Unicode's tables. */
const OTHER_NAMES: readonly (readonly [name: string, code: string])[] = [
  ['castellano', 'es'],
  ['holländska', 'nl'],
  ['hollandsk', 'nl'],
  ['Holländisch', 'nl'],
  ['hollandais', 'nl'],
  ['holandés', 'nl'],
  ['holenderski', 'nl'],
];

/** As it is compared: without case, marks, brackets and hyphens, so that `Norwegian (Bokmål)` is `Norwegian Bokmål`. */
const keyOf = (name: string): string =>
  plainWord(name)
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();

/** The code by name; a name that means two languages means none. */
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

/** Longer than any name, with a mark beside each letter. */
const LONGEST_NAME = 60;

/** The code of the language that a text names, in the language itself or in one of the product's; undefined if none. */
export const codeOfLanguage = (text: string): string | undefined =>
  text.length > LONGEST_NAME ? undefined : (NAMES.get(keyOf(text)) ?? undefined);
