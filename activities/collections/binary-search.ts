export const NOT_FOUND = -1;

/** The index of a number in a sorted list, or NOT_FOUND. */
export function binarySearch(sorted: Float64Array, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at === wanted) return middle;
    if (at < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return NOT_FOUND;
}
