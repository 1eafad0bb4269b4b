import { nameKey } from './text.ts';

/** What names of segments are compared by. */
export const choiceKey = nameKey;

/** Whether a name looks like a sign for "nothing". It is used all the same: somebody may mean it. */
export const isPlaceholder = (key: string): boolean => PLACEHOLDERS.has(key);

// `na`, `none` and `0` are not here: Namibia, a gender and a cost centre are.
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '-',
  '--',
  '---',
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
