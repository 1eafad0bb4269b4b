/**
 * The most milliseconds of processor time that this thread used in one turn of its event loop during some work. The
 * rest of the process had to wait that long. Other processes of the machine do not count.
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

/** The processor time of this thread. Its clock may tick only every few milliseconds. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
