/** A message for assistive technology. The one `role=status` of the page shows it. */
export function announce(sentence: string): void {
  for (const listener of listeners) listener(sentence);
}

/** Calls `listener` with every message. Returns the function that unsubscribes. */
export function onAnnounce(listener: (sentence: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const listeners = new Set<(sentence: string) => void>();
