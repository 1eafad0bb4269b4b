import { expect, test } from 'vitest';
import { isIdentityHeader, mayBeIdentityHeader, userFieldLabels } from '../../../rules/columns/built-in-columns.ts';
import { nameKey } from '../../../rules/values/text.ts';

const identityLabels = userFieldLabels().flatMap(([label]) => (isIdentityHeader(nameKey(label)) ? [label] : []));

test.each(identityLabels)(
  'a cell may be the identity column %s, in any case and with characters around it',
  (label) => {
    const spellings = [label, label.toLowerCase(), label.toUpperCase(), ` ${label}`, `="${label}"`, `\ufeff${label}`];
    // A soft hyphen in the name, which its key leaves out.
    for (const at of [1, 2, 3]) spellings.push(`${label.slice(0, at)}\u00ad${label.slice(at)}`);
    expect(spellings.filter((cell) => !mayBeIdentityHeader(cell))).toEqual([]);
  },
);

test.each(['E-0042', 'Emma', 'erik@example.com', 'Ek', 'E', 'Anna', '17'])('%j is no identity column', (cell) => {
  expect(mayBeIdentityHeader(cell)).toBe(false);
});
