/** Releases the slot. A second call does nothing. */
type Release = () => void;
type Slots = {
  /** Takes a slot of a key, and waits if all are taken. Null: none was released in time. */
  take(key: string): Promise<Release | null>;
};
type Key = { taken: number; waiting: ((release: Release) => void)[] };

/**
 * A number of slots for each key, in the memory of this process. Waiting callers are served in order.
 *
 * @param waitMs how long `take` waits
 */
export function openSlots(most: number, waitMs: number): Slots {
  const keys = new Map<string, Key>();

  function releaseOf(name: string, key: Key): Release {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = key.waiting.shift();
      if (next) return next(releaseOf(name, key));
      key.taken--;
      if (key.taken === 0) keys.delete(name);
    };
  }

  return {
    take: async (name) => {
      const key = keys.get(name) ?? { taken: 0, waiting: [] };
      keys.set(name, key);
      if (key.taken < most) {
        key.taken++;
        return releaseOf(name, key);
      }
      return new Promise((resolve) => {
        const served = (release: Release) => {
          clearTimeout(timer);
          resolve(release);
        };
        const timer = setTimeout(() => {
          key.waiting.splice(key.waiting.indexOf(served), 1);
          resolve(null);
        }, waitMs);
        key.waiting.push(served);
      });
    },
  };
}
