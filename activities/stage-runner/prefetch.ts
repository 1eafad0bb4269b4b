/**
 * Starts the next call of `work` whenever a result is taken, so that the work runs while the caller uses that result.
 */
export function prefetch<T>(work: () => Promise<T>): () => Promise<T> {
  const begin = (): Promise<T> => {
    const begun = work();
    // A failure is thrown to the next caller. If the stage has already failed there is no caller; then ignore it and
    // keep the first error.
    begun.catch(() => {});
    return begun;
  };
  let ahead = begin();
  return async () => {
    const taken = await ahead;
    ahead = begin();
    return taken;
  };
}
