import type { Random } from './random.ts';

/**
 * A date of birth and a first day of work, `YYYY-MM-DD`. Employment begins at 18 or later, and in May 2025 at the
 * latest. So no backdate of the demo (backdates.ts) is before an employment.
 */
export function birthAndEmployment(
  random: Random,
  { latestBirthYear, employmentType }: { latestBirthYear: number; employmentType: string },
): { birth: string; employment: string } {
  const young = employmentType === 'Apprentice';
  const birthYear = young ? random.whole(2003, 2005) : random.whole(OLDEST_BIRTH_YEAR, latestBirthYear);
  const firstYear = young ? 2024 : Math.max(birthYear + 19, employmentType === 'Fixed-term' ? 2022 : 1988);
  const year = random.whole(firstYear, 2025);
  const month = random.whole(1, year === 2025 ? 5 : 12);
  return {
    birth: dateText(birthYear, random.whole(1, 12), random.whole(1, LAST_DAY_OF_ANY_MONTH)),
    employment: dateText(year, month, random.pick([1, 1, 15])),
  };
}

/** The agreed last day of an employment that has one; empty for most. */
export function endOf(random: Random, employmentType: string): string {
  const agreed = employmentType === 'Fixed-term' ? 45 : employmentType === 'Consultant' ? 20 : 0;
  return random.chance(agreed) ? random.pick(['2027-02-28', '2027-06-30', '2027-08-31', '2027-12-31']) : '';
}

/** The people of the sample are all below the age of retirement. */
const OLDEST_BIRTH_YEAR = 1961;
const LAST_DAY_OF_ANY_MONTH = 28;

const dateText = (year: number, month: number, day: number): string =>
  [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
