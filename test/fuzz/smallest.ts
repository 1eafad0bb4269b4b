import type { FuzzInput } from './inputs.ts';
import { checkInput } from './properties.ts';

/**
 * Removes bytes from a failing input as long as it still fails. An input with an expected result is left as it is: for
 * other bytes the result is unknown.
 */
export const smallest = async (input: FuzzInput): Promise<Buffer> => {
  let { bytes } = input;
  let tries = MOST_TRIES;
  if (input.expected) return bytes;
  for (let size = Math.ceil(bytes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < bytes.length && tries > 0; tries--) {
      const less = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
      const { problems } = await checkInput({ ...input, bytes: less });
      if (problems.length > 0) bytes = less;
      else at += size;
    }
  }
  return bytes;
};

/** A few seconds. A file that is not small by then is shown as it is. */
const MOST_TRIES = 2_000;
