import type { FileRow } from '../activities/rules/row-draft.ts';
import type { Reading, ReadLimits } from './reading.ts';

/** About 1,000 rows a batch, in file order. */
export async function* readRows(
  _bytes: AsyncIterable<Uint8Array>,
  _reading: Reading,
  _limits: ReadLimits,
): AsyncGenerator<FileRow[]> {
  throw new Error('soon');
}
