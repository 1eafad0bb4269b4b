import { nameKey } from './text.ts';

/** What names of segments are compared by: NFC, one space where there are several, without regard to case. */
export const choiceKey = nameKey;

/** Whether a name looks like a sign for "nothing". It is used all the same: somebody may mean it. */
export const isPlaceholder = (key: string): boolean => PLACEHOLDERS.has(key);

// `na`, `none` and `0` are not here: Namibia, a gender and a cost centre are.
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '-',
  '--',
  '---',
  '\u2013',
  '\u2014',
  '.',
  '?',
  'n/a',
  '#n/a',
  'null',
  '(null)',
  'nil',
  'undefined',
  '#ref!',
  '#value!',
  '#name?',
]);
