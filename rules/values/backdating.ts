import { Temporal } from 'temporal-polyfill';
import type { CheckResult } from '../findings/findings.ts';
import type { ColumnFormat } from './column-format.ts';
import { checkDate } from './dates.ts';

/** The days to which a change may be backdated, both included, as `YYYY-MM-DD`. */
export type BackdateWindow = { oldest: string; latest: string };

/** How far back a backdate may lie. Calendar months: 31 May reaches back to the last day of February. */
const BACKDATE_MONTHS = 3;

/** The window on a day (`YYYY-MM-DD` in the organization's time zone): three calendar months back, up to that day. */
export const backdateWindow = (today: string): BackdateWindow => ({
  oldest: Temporal.PlainDate.from(today).subtract({ months: BACKDATE_MONTHS }).toString(),
  latest: today,
});

/** Checks a trimmed backdate and returns it as `YYYY-MM-DD`. Its errors never refuse the row. */
export const checkBackdate = (
  text: string,
  window: BackdateWindow,
  format?: ColumnFormat['dates'],
  timeZone?: string | null,
): CheckResult<string> => {
  const date = checkDate(text, format, timeZone);
  if (!date.ok) {
    const details = date.code === 'DATE_AMBIGUOUS' ? { reason: 'ambiguous' } : date.details;
    return { ok: false, code: 'BACKDATE_INVALID', details };
  }
  if (date.value < window.oldest) return { ok: false, code: 'BACKDATE_TOO_OLD', details: { oldest: window.oldest } };
  if (date.value > window.latest) return { ok: false, code: 'BACKDATE_IN_FUTURE', details: { latest: window.latest } };
  return date;
};
