import { expect, test } from 'vitest';
import { binarySearch, NOT_FOUND } from '../../../activities/collections/binary-search.ts';

test('binarySearch finds the index of every number in the list, and no other number', () => {
  for (let size = 0; size < 20; size++) {
    const sorted = Float64Array.from({ length: size }, (_, at) => at * 2 + 2 ** 40);
    for (let number = -1; number <= size * 2; number++) {
      const place = number % 2 === 0 && number < size * 2 ? number / 2 : NOT_FOUND;
      expect(binarySearch(sorted, 2 ** 40 + number)).toBe(place);
    }
  }
});
