/** A measured duration: when it began, in milliseconds since 1970, and how long it took. */
export type Sample = { at: number; ms: number };

/** The milliseconds within which this percentage of the samples lies; NaN without samples. */
export function percentileOf(samples: Sample[], percent: number): number {
  const sorted = samples.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** The median of some figures, the greater one of two; NaN without figures. */
export const medianOf = (figures: number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

/** `p50 4.1, p99 22.0, max 31.5 ms (2100)`. */
export function formatSamples(samples: Sample[]): string {
  const [p50, p99, most] = [50, 99, 100].map((percent) => percentileOf(samples, percent).toFixed(1));
  return `p50 ${p50}, p99 ${p99}, max ${most} ms (${samples.length})`;
}

/**
 * Reports whether a goal is met. It does not throw, because a run that misses the goal is still a valid measurement.
 */
export function reportGoal(what: string, figure: number, atMost: number, unit: string): void {
  const met = figure <= atMost ? 'met' : 'MISSED';
  console.log(`goal ${met}: ${what} ${figure.toFixed(2)} ${unit}, at most ${atMost}`);
}

/** Measures a piece of work. Returns the sample and the result. */
export async function timed<T>(work: () => Promise<T>): Promise<Sample & { result: T }> {
  const at = Date.now();
  const began = performance.now();
  const result = await work();
  return { at, ms: performance.now() - began, result };
}
