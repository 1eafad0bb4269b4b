import { type Language, LOCALES } from './language.ts';

/** Helpers for sentences with numbers. */
export function countingIn(language: Language): {
  n: (value: number) => string;
  /** One of two forms, with the number in the position of `#`. */
  count: (value: number, one: string, other: string) => string;
  /** `12 created, 300 updated`: without the zero counts. */
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
