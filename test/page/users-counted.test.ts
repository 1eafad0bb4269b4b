import { expect, it } from 'vitest';
import type { Counts, MassEdit } from '../../web/mass-edit.ts';
import { en } from '../../web/messages/en.ts';
import { usersOf } from '../../web/messages/mass-edit-text.ts';
import { sv } from '../../web/messages/sv.ts';

type Counted = NonNullable<MassEdit['usersCounted']>;
const sentence = (words: typeof en, usersCounted: Counted | null, counts: Partial<Counts>): string | null =>
  usersOf(
    { words } as Parameters<typeof usersOf>[0],
    {
      usersCounted,
      counts: { created: 0, restored: 0, deleted: 0, ...counts },
    } as MassEdit,
  );
const counted = (before: number, after: number, byOthers = 0, expected = after): Counted => ({
  ...{ before, byOthers, expected, after },
});

it('shows how many users there were and are, and why', () => {
  expect(sentence(en, counted(6_012, 6_040), { created: 30, deleted: 2 })).toBe(
    '6,012 users before, 6,040 now: 30 created, 2 deleted.',
  );
  expect(sentence(en, counted(1, 4, 1), { restored: 2 })).toBe('1 user before, 4 now: 2 restored, 1 added by others.');
  expect(sentence(en, counted(4, 1, -3), {})).toBe('4 users before, 1 now: 3 deleted by others.');
  expect(sentence(en, counted(4, 4), {})).toBe('4 users before, 4 now.');
  expect(sentence(en, null, {})).toBeNull();
  expect(sentence(sv, counted(12, 13), { created: 1 })).toBe('12 användare före, 13 nu: 1 skapade.');
});

it('shows how many there must be if the numbers do not agree', () => {
  expect(sentence(en, counted(10, 11, 0, 12), { created: 2 })).toBe(
    '10 users before, 11 now: 2 created. There must be 12.',
  );
});
