import { expect, test } from 'vitest';
import { isPlaceholder, segmentKey } from '../../../rules/values/segment-key.ts';

test('names are compared after composition and collapsing of spaces, without regard to case', () => {
  expect(segmentKey(' IT  Support\n')).toBe(segmentKey('it support'));
  expect(segmentKey('Forvaltning')).not.toBe(segmentKey('Förvaltning'));
});

test.each(['-', 'N/A', 'null', '#N/A', '–', '?'])('%s looks like a sign for nothing', (text) => {
  expect(isPlaceholder(segmentKey(text))).toBe(true);
});
test.each(['NA', 'None', '0', 'Sales'])('%s may well be a name', (text) => {
  expect(isPlaceholder(segmentKey(text))).toBe(false);
});
