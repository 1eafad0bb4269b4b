import { expect, it } from 'vitest';
import { textOf } from '../source-files.ts';
import { type Edit, edited, FAILPOINTS, QUICKENED } from './edits.ts';
import { MUTATIONS } from './mutations.ts';

it('the fault harness finds in the sources each text that it changes', () => {
  for (const edits of [[], ...MUTATIONS.map((mutation) => mutation.edits)]) {
    const all: Edit[] = [...FAILPOINTS, ...QUICKENED, ...edits];
    for (const file of new Set(all.map((edit) => edit.file)))
      expect(() =>
        edited(
          textOf(file),
          all.filter((edit) => edit.file === file),
        ),
      ).not.toThrow();
  }
});
