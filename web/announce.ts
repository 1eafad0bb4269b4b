/** A message for assistive technology. The one `role=status` of the page shows it. */
export function announce(sentence: string): void {
  for (const hear of listeners) hear(sentence);
}

/** Calls `hear` with every message. Returns the function that unsubscribes. */
export function onAnnounce(hear: (sentence: string) => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

const listeners = new Set<(sentence: string) => void>();
