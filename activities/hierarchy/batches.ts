/** Refusals written by one statement: a few hundred kilobytes of labels. */
const BATCH = 5_000;

/** The items in batches of BATCH; the last batch is smaller. */
export function* inBatches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
