/** Begins the next piece of work whenever one is taken, so that it goes on while that one is dealt with. */
export function prefetch<T>(work: () => Promise<T>): () => Promise<T> {
  const begin = (): Promise<T> => {
    const begun = work();
    // Whoever takes it is told; where nobody does any more, the fault that ended them is the one that counts.
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
