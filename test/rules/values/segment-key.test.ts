import { expect, test } from 'vitest';
import { isPlaceholder, segmentKey } from '../../../rules/values/segment-key.ts';

test('names are compared composed, with single spaces, without case', () => {
  expect(segmentKey(' IT  Support\n')).toBe(segmentKey('it support'));
  expect(segmentKey('Forvaltning')).not.toBe(segmentKey('Förvaltning'));
});

test.each(['-', 'N/A', 'null', '#N/A', '–', '?'])('%s looks like a placeholder', (text) => {
  expect(isPlaceholder(segmentKey(text))).toBe(true);
});
test.each(['NA', 'None', '0', 'Sales'])('%s may be a name', (text) => {
  expect(isPlaceholder(segmentKey(text))).toBe(false);
});
