/**
 * Many times what any condition takes on a slow machine. It is less than `testTimeout`, so that `until` says what is
 * missing.
 */
export const WAIT_MS = 120_000;

/** The polling interval. Each poll costs the service as much as a step of the work that the test waits for. */
const LOOK_EVERY_MS = 100;

/** Waits until a condition holds. Polls often, and names the condition if it never holds. */
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
