/** Many times what any condition takes on a slow machine. It is less than `testTimeout`, so that `until` says what is missing. */
export const WAIT_MS = 120_000;

/** Between two looks: each costs the service as much as a step of what is waited for. */
const LOOK_EVERY_MS = 100;

/** Waits until a condition holds; asks again often, and says what it waited for if the condition never holds. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  waitMs = WAIT_MS,
): Promise<T> {
  const end = Date.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
