import { expect, test } from 'vitest';
import { withoutEntities } from '../../../rules/values/html-entities.ts';

test.each([
  ['O&#39;Brien', "O'Brien"],
  ['O&#x27;Brien', "O'Brien"],
  ['R&amp;D', 'R&D'],
  ['R&amp;amp;D', 'R&D'],
  ['M&uuml;ller', 'Müller'],
  ['Micha&lstrok; Wa&lstrok;&eogon;sa', 'Michał Wałęsa'],
  ['&Scaron;&aring;&ccedil;&szlig;', 'Šåçß'],
  ['a&nbsp;b', 'a\u00a0b'],
  ['&quot;Bo&quot; &lt;b&gt;', '"Bo" <b>'],
  ['1&#150;2', '1–2'],
])('%s stands for %s', (text, plain) => {
  expect(withoutEntities(text)).toBe(plain);
});

test.each(['R&D', 'AT&T;', 'A&B; C', '&auml', '&#0;', '&#xd800;', '&#65533;', '&nbsp;', 'Müller'])(
  '%s holds no entity',
  (text) => {
    expect(withoutEntities(text)).toBeNull();
  },
);
