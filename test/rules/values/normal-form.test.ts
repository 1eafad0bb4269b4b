import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalized } from '../../../rules/values/normal-form.ts';

const MARKS = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /[\p{M}\uff9e\uff9f]/u.test(character));

test('runs of marks have the same order as from the engine', () => {
  const unit = fc.constantFrom(...MARKS, ...MARKS.slice(0, 100), 'e', 'a', '\u00e4', '\uac00', ' ');
  const texts = fc.string({ unit, minLength: 30, maxLength: 200 });
  fc.assert(
    fc.property(texts, fc.constantFrom('NFC', 'NFKC'), (text, form) => {
      expect(normalized(text, form)).toBe(text.normalize(form));
    }),
    { numRuns: 500 },
  );
});
