import { type Language, LOCALES } from './language.ts';

/** What sentences with numbers are made with. */
export function countingIn(language: Language): {
  n: (value: number) => string;
  /** One form of two, and the number itself in place of `#`. */
  count: (value: number, one: string, other: string) => string;
  /** `12 created, 300 updated`: only what there is. */
  list: (parts: [number, string][]) => string;
} {
  const numbers = new Intl.NumberFormat(LOCALES[language]);
  const rules = new Intl.PluralRules(LOCALES[language]);
  const n = (value: number) => numbers.format(value);
  return {
    n,
    count: (value, one, other) => (rules.select(value) === 'one' ? one : other).replace('#', n(value)),
    list: (parts) =>
      parts
        .filter(([value]) => value > 0)
        .map(([value, what]) => `${n(value)} ${what}`)
        .join(', '),
  };
}
