import { csvOf } from './data.ts';

/** A file of so many people, always the same. */
export const smallFile = (rows: number): string => [...csvOf(rows, 'initial', 1)].join('');

/** The same twelve columns with other people in each run. */
export const otherPeopleFile = (rows: number, run: number): string =>
  smallFile(rows).replaceAll('@example.com', `@${run}.example.com`).replaceAll(';E-', `;E${run}-`);

/** The people of `smallFile`, each with another salary in each run. */
export const changedFile = (rows: number, run: number): string =>
  smallFile(rows).replace(/;(\d+);([^;\r\n]*)\r\n/g, `;$1${run};$2\r\n`);
