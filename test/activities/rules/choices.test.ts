import { expect, test } from 'vitest';
import { choiceKey, isPlaceholder } from '../../../activities/rules/choices.ts';

test('names are compared after composition and collapsing of spaces, without regard to case', () => {
  expect(choiceKey(' IT  Support\n')).toBe(choiceKey('it support'));
  expect(choiceKey('Forvaltning')).not.toBe(choiceKey('Förvaltning'));
});

test.each(['-', 'N/A', 'null', '#N/A', '–', '?'])('%s looks like a sign for nothing', (text) => {
  expect(isPlaceholder(choiceKey(text))).toBe(true);
});
test.each(['NA', 'None', '0', 'Sales'])('%s may well be a name', (text) => {
  expect(isPlaceholder(choiceKey(text))).toBe(false);
});
