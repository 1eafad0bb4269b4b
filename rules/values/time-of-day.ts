/** A text split into a date and the time of day after it. `zone`: the text after the time, such as `Z` or `+01:00`. */
export type WithTime = { date: string; isMidnight: boolean; time: string; zone: string | null };

/** Longer than any date with weekday, time and zone. Longer texts are no dates. */
export const LONGEST_DATE = 60;

/**
 * A date has six characters at least (`1/5/80`). The time is `0:00`, `00.00`, `00:00:00.000`, `12:00:00 AM`, `T00:00`,
 * `kl. 00:00`, `00:00 Uhr`; it may be followed by `Z`, `UTC`, `GMT`, `+01:00`, `+0100` or `+01`.
 */
const TIME =
  /^(.{6,}?)(?:t|,? (?:kl\.? ?|klo ?|um ?|at ?)?)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?(?: ?([ap])\.? ?m\.?)?(?: ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?(?: uhr)?$/i;

/** Splits a text in keyboard characters; null if it does not end in a time of day. */
export const withTime = (text: string): WithTime | null => {
  if (text.length > LONGEST_DATE) return null;
  const found = TIME.exec(text);
  if (!found) return null;
  const [, date = '', hours = '', minutes = '', seconds = '00', fraction = '0', half, zone = null] = found;
  const hour = half ? hourOfHalf(Number(hours), half) : Number(hours);
  if (hour > 24 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const time = `${String(hour).padStart(2, '0')}:${minutes}:${seconds}`;
  return { date: date.trimEnd(), isMidnight: time === MIDNIGHT && Number(fraction) === 0, time, zone };
};

const MIDNIGHT = '00:00:00';
/** 12 AM is midnight and 12 PM noon. An hour outside the half day (`13 PM`, `0 AM`) stays. */
const hourOfHalf = (hour: number, half: string): number => {
  if (hour === 12) return half.toLowerCase() === 'a' ? 0 : 12;
  return half.toLowerCase() === 'p' && hour < 12 ? hour + 12 : hour;
};

/**
 * The day of a moment in a time zone. Null if the moment or zone does not exist. Null too if the text has midnight of
 * another day, because it may mean that day.
 *
 * @param day the date of the text, `YYYY-MM-DD`
 */
export const dayInZone = (
  day: string,
  { time, zone, isMidnight }: WithTime,
  timeZone: string | null,
): string | null => {
  if (timeZone === null || zone === null) return null;
  const moment = Date.parse(`${day}T${time}${offsetOf(zone)}`);
  const there = Number.isNaN(moment) ? null : (calendarOf(timeZone)?.format(moment) ?? null);
  return isMidnight && there !== day ? null : there;
};

const offsetOf = (zone: string): string => {
  if (!/\d/.test(zone)) return 'Z';
  const digits = zone.replace(':', '').padEnd('+0000'.length, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
};

/** Creating a formatter takes as long as a thousand uses; an organization has one zone. */
const CALENDARS = new Map<string, Intl.DateTimeFormat | null>();
const calendarOf = (timeZone: string): Intl.DateTimeFormat | null => {
  let calendar = CALENDARS.get(timeZone);
  if (calendar === undefined) {
    calendar = makeCalendar(timeZone);
    CALENDARS.set(timeZone, calendar);
  }
  return calendar;
};

/** Swedish dates are `YYYY-MM-DD`. The database knows zones that the engine does not. */
const makeCalendar = (timeZone: string): Intl.DateTimeFormat | null => {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone });
  } catch {
    return null;
  }
};
