/** What assistive technology is to say without being asked: the one `role=status` of the page shows it. */
export function announce(sentence: string): void {
  for (const hear of listeners) hear(sentence);
}

/** Calls back with every sentence; gives what ends that. */
export function onAnnounce(hear: (sentence: string) => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

const listeners = new Set<(sentence: string) => void>();
