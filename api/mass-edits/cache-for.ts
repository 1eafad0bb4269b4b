/** Calls `ask` once and shares its result: with all callers in the meantime, and until the result is too old. */
export function cacheFor<T>(forMs: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let until = 0;
  return () => {
    if (answer === null || Date.now() >= until) {
      until = Date.now() + forMs;
      answer = ask();
    }
    return answer;
  };
}
