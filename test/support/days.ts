import { inject } from 'vitest';

/** Where the organizations of the tests are. No day ends there for 20 hours after the beginning of the run. */
export const timeZone = (): string => inject('timeZone');

/** The day so many days ago in `timeZone`: YYYY-MM-DD. */
export const ago = (days: number): string =>
  new Intl.DateTimeFormat('sv', { timeZone: timeZone() }).format(Date.now() - days * 86_400_000);

export const today = (): string => ago(0);
