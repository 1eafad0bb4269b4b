import { expect, it } from 'vitest';
import { CATALOGUE } from '../../rules/findings/describe-finding.ts';
import { findingTitle, TITLES } from '../../web/messages/finding-titles.ts';

it('has a title for every finding, in each language, and for no other', () => {
  expect(Object.keys(TITLES).sort()).toEqual(Object.keys(CATALOGUE).sort());
  for (const [english, swedish] of Object.values(TITLES)) expect(english).not.toBe(swedish);
  expect(findingTitle('EMAIL_INVALID', 'sv')).toBe('Inte en e-postadress');
});

it('shows an unknown finding by its code', () => {
  expect(findingTitle('SOMETHING_NEW', 'sv')).toBe('Something new');
});
