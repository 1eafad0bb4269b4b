import { inject } from 'vitest';

/** The time zone of the tests' organizations. No day ends there for 20 hours after the beginning of the run. */
export const timeZone = (): string => inject('timeZone');

/** The day this many days ago in `timeZone`: YYYY-MM-DD. */
export const ago = (days: number): string =>
  new Intl.DateTimeFormat('sv', { timeZone: timeZone() }).format(Date.now() - days * 86_400_000);

export const today = (): string => ago(0);
