import type { Column } from '../columns/headers.ts';
import { type BackdateWindow, checkBackdate } from '../values/backdating.ts';
import { UNDETERMINED } from '../values/column-format.ts';
import { cellText, unguard } from '../values/formula-guard.ts';
import { cellTooLong, tooLong } from '../values/lengths.ts';
import { refuseLength } from './parse-cell.ts';
import { addFinding, addInvalidCell, type RowParserState } from './row-parser-state.ts';

/**
 * Parses a backdate, after the values of the row. A backdate that is too long refuses the row. With any other error the
 * value is applied without the backdate.
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
    // If the value is unreadable, the row is refused for that, and the backdate needs no finding.
    addFinding(work, index, 'BACKDATE_WITHOUT_VALUE', name, given);
  }
};

const isSet = ({ parsed }: RowParserState, { key, valueIndex }: Column): boolean =>
  key === 'participates'
    ? parsed.participates !== null
    : parsed.values[valueIndex] !== undefined || parsed.references[valueIndex] !== undefined;
