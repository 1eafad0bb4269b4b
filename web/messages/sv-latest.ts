import type { enLatest } from './en-latest.ts';

/** The sentences of the list of uploads. */
export const svLatest: typeof enLatest = {
  heading: 'Senaste uppladdningen',
  earlier: 'Tidigare uppladdningar',
  none: 'Inget har laddats upp ännu. Det första resultatet visas här.',
  more: 'Visa fler',
  show: 'Visa',
  outcome: {
    completed: 'Klar',
    completed_with_errors: 'Klar med fel',
    failed: 'Misslyckades',
    cancelled: 'Avbruten',
    expired: 'Förfallen',
  },
  partlyRead: 'Klar, men kolumner lästes inte',
  open: 'Pågår',
  someone: 'någon',
};
