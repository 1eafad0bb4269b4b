import { type BackdateWindow, checkBackdate } from './backdating.ts';
import { UNPROVED } from './column-formats.ts';
import { cellText, unguard } from './formula-guard.ts';
import type { Column } from './headers.ts';
import { cellTooLong, tooLong } from './lengths.ts';
import { refuseLength } from './read-cell.ts';
import { noteBroken, type RowWork, say } from './row-work.ts';

/**
 * Reads a backdate into the draft, once the row's values are read. A backdate that is too long refuses the row. Nothing
 * else that is wrong with it does: the value stays, the backdate does not happen.
 */
export const readBackdate = (work: RowWork, column: Column, cell: string | undefined, window: BackdateWindow): void => {
  const given = unguard(cell ?? '');
  const text = cellText(cell ?? '').trim();
  const { draft, context } = work;
  const long = tooLong(text, 'date', context.limits) ?? cellTooLong(given, context.limits);
  if (long) {
    refuseLength(work, column, given, long);
    return;
  }
  if (text === '') return;
  const { key, index, name } = column;
  const checked = checkBackdate(text, window, (context.formats[index] ?? UNPROVED).dates, context.timeZone);
  if (!checked.ok) {
    noteBroken(work, { key: name, text: given });
    say(work, index, checked.code, name, given, checked.details);
  } else if (key === 'participates' && draft.participates === true) {
    say(work, index, 'BACKDATE_PARTICIPATION_TRUE', name, given);
  } else if (isSet(work, column)) {
    draft.backdates[key] = checked.value;
  } else if (!work.draft.broken.some((cell) => cell.key === key)) {
    // Beside a value that cannot be read there is nothing more to say: the row is refused for that.
    say(work, index, 'BACKDATE_WITHOUT_VALUE', name, given);
  }
};

const isSet = ({ draft }: RowWork, { key, place }: Column): boolean =>
  key === 'participates'
    ? draft.participates !== null
    : draft.values[place] !== undefined || draft.people[place] !== undefined;
