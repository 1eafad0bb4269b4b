import { expect, test } from 'vitest';
import { checkDate } from '../../../rules/values/dates.ts';
import { monthOf } from '../../../rules/values/months.ts';

const LANGUAGES = ['en', 'en-GB', 'sv', 'da', 'nb', 'fi', 'de', 'de-AT', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'pt-PT'];
const FORMS: Intl.DateTimeFormatOptions[] = [
  { month: 'long' },
  { month: 'short' },
  { day: 'numeric', month: 'long', year: 'numeric' },
  { day: 'numeric', month: 'short', year: 'numeric' },
];

test.each(LANGUAGES)('the months of %s are known in full and short, with accents and without', (language) => {
  for (let month = 1; month <= 12; month++) {
    for (const form of FORMS) {
      const parts = new Intl.DateTimeFormat(language, form).formatToParts(new Date(2026, month - 1, 15));
      const name = (parts.find(({ type }) => type === 'month')?.value ?? '').replace('.', '');
      // Finnish has numbers in dates.
      if (/^\d+$/.test(name)) continue;
      for (const spelled of [
        name,
        name.toUpperCase(),
        name.normalize('NFD'),
        name.normalize('NFD').replace(/\p{M}/gu, ''),
      ])
        expect(monthOf(spelled)?.month, spelled).toBe(month);
    }
  }
});

test.each(LANGUAGES)('dates as %s writes them are read', (language) => {
  for (const dateStyle of ['long', 'medium'] as const) {
    const written = new Intl.DateTimeFormat(language, { dateStyle }).format(new Date(1980, 0, 31));
    if (/\p{L}{3}/u.test(written)) expect(checkDate(written), written).toEqual({ ok: true, value: '1980-01-31' });
  }
});

test.each(['', 'x', 'foo', 'm', 'monday', 'januarius', 'mai'.repeat(20)])('%j is no month', (word) => {
  expect(monthOf(word)).toBeUndefined();
});
