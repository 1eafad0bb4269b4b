import type { Column } from '../columns/headers.ts';
import { type BackdateWindow, checkBackdate } from '../values/backdating.ts';
import { UNDETERMINED } from '../values/column-format.ts';
import { cellText, unguard } from '../values/formula-guard.ts';
import { cellTooLong, tooLong } from '../values/lengths.ts';
import { refuseLength } from './parse-cell.ts';
import { addFinding, addInvalidCell, type RowParserState } from './row-parser-state.ts';

/**
 * Reads a backdate into the draft, once the row's values are read. A backdate that is too long refuses the row. Nothing
 * else that is wrong with it does: the value stays, the backdate does not happen.
 */
export const parseBackdate = (
  work: RowParserState,
  column: Column,
  cell: string | undefined,
  window: BackdateWindow,
): void => {
  const given = unguard(cell ?? '');
  const text = cellText(cell ?? '').trim();
  const { parsed, context } = work;
  const long = tooLong(text, 'date', context.limits) ?? cellTooLong(given, context.limits);
  if (long) {
    refuseLength(work, column, given, long);
    return;
  }
  if (text === '') return;
  const { key, index, name } = column;
  const checked = checkBackdate(text, window, (context.formats[index] ?? UNDETERMINED).dates, context.timeZone);
  if (!checked.ok) {
    addInvalidCell(work, { key: name, text: given });
    addFinding(work, index, checked.code, name, given, checked.details);
  } else if (key === 'participates' && parsed.participates === true) {
    addFinding(work, index, 'BACKDATE_PARTICIPATION_TRUE', name, given);
  } else if (isSet(work, column)) {
    parsed.backdates[key] = checked.value;
  } else if (!work.parsed.invalidCells.some((cell) => cell.key === key)) {
    // Beside a value that cannot be read there is nothing more to say: the row is refused for that.
    addFinding(work, index, 'BACKDATE_WITHOUT_VALUE', name, given);
  }
};

const isSet = ({ parsed }: RowParserState, { key, place }: Column): boolean =>
  key === 'participates'
    ? parsed.participates !== null
    : parsed.values[place] !== undefined || parsed.references[place] !== undefined;
