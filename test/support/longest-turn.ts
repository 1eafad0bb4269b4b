/**
 * How many milliseconds of a processor this thread has used between two turns of its event loop while some work went on,
 * at the most: so long everything else of the process had to wait. Others on the machine do not count.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, isOver] = [0, false];
  let before = processorMs();
  const look = (): void => {
    const now = processorMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  look();
  return longest;
}

/** What this thread has had of a processor. Its clock may tick only every few milliseconds. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
