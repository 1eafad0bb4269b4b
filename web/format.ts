import { type Language, LOCALES } from './messages/language.ts';

/** Times, sizes and durations in the user's language, in the organization's time zone. */
export type Format = {
  number: (value: number) => string;
  /** `14:02` today, `23 Nov 14:02` in this year, else with the year. */
  moment: (iso: string) => string;
  /** `256 MB` */
  bytes: (bytes: number) => string;
  /** `12 of 40 MB`: both in the unit of the second. */
  bytesOf: (sent: number, all: number) => { sent: string; all: string };
  /** `0.4 s`, `12 s`, `2 min 5 s`, `24 h 0 min` */
  duration: (ms: number) => string;
};

export function formatFor(language: Language, timeZone: string | undefined): Format {
  const locale = LOCALES[language];
  const zone = isTimeZone(timeZone) ? timeZone : undefined;
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const dated = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', ...options });
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });

  const unitOf = (bytes: number) => UNITS.find(({ from }) => bytes >= from) ?? SMALLEST;
  const inUnit = (bytes: number, { from }: { from: number }) => {
    const value = bytes / from;
    return number(value, from > 1 && value < 10 ? 1 : 0);
  };

  return {
    number,
    moment: (iso) => {
      const [day, today] = [dayOf.format(new Date(iso)), dayOf.format(new Date())];
      if (day === today) return dated({}).format(new Date(iso));
      const year = day.slice(0, YEAR) === today.slice(0, YEAR) ? undefined : 'numeric';
      return dated({ day: 'numeric', month: 'short', year }).format(new Date(iso)).replace(',', '');
    },
    bytes: (bytes) => `${inUnit(bytes, unitOf(bytes))} ${unitOf(bytes).name}`,
    bytesOf: (sent, all) => ({
      sent: inUnit(sent, unitOf(all)),
      all: `${inUnit(all, unitOf(all))} ${unitOf(all).name}`,
    }),
    duration: (ms) => {
      const seconds = ms / 1000;
      // An action that was done never took no time.
      if (seconds < SHORT_S) return `${number(Math.max(seconds, 0.1), 1)} s`;
      const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
      if (minutes >= 60) return `${number(Math.floor(minutes / 60))} h ${number(minutes % 60)} min`;
      return minutes === 0 ? `${number(rest)} s` : `${number(minutes)} min ${number(rest)} s`;
    },
  };
}

/** File managers count in the same units. */
const SMALLEST = { name: 'bytes', from: 1 };
const UNITS = [{ name: 'GB', from: 1024 ** 3 }, { name: 'MB', from: 1024 ** 2 }, { name: 'kB', from: 1024 }, SMALLEST];
/** Tenths are shown below this. */
const SHORT_S = 10;
/** Digits of a year in an ISO date. */
const YEAR = 4;

/** The database knows more time zones than some browsers. */
function isTimeZone(name: string | undefined): name is string {
  try {
    return name !== undefined && new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
