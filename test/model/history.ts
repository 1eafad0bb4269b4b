import { PARTICIPATE } from './read-headers.ts';
import type { Row } from './row.ts';
import type { Day, Organization, User, Value } from './types.ts';

/** Ends the current membership without a new one. A membership that began on that day leaves no history. */
export function closeHolding(next: Organization, user: User, attribute: string, day: Day): void {
  const holding = user.values[attribute];
  if (!holding) return;
  delete user.values[attribute];
  if (holding.since < day)
    next.history.push({ person: user.id, attribute, value: holding.value, from: holding.since, to: day });
}

/** Applies the backdates of a row. Returns how many changed anything. `tookPart`: whether the user took part before. */
export function applyBackdates(
  next: Organization,
  user: User,
  row: Row,
  values: Record<string, Value | null>,
  tookPart: boolean,
): number {
  let applied = 0;
  for (const [of, day] of Object.entries(row.backdates)) {
    const value = values[of];
    if (of === PARTICIPATE) {
      if (!dropAnswers(next, user, day) && !tookPart) continue;
    } else if (value === undefined || holdsAlready(next, user, of, value, day)) continue;
    else hold(next, user, of, value, day);
    applied++;
  }
  return applied;
}

/** Whether the whole time since this day has the value already. */
function holdsAlready(next: Organization, user: User, attribute: string, value: Value | null, day: Day): boolean {
  const holding = user.values[attribute];
  if (value !== null) return holding !== undefined && holding.value === value && holding.since <= day;
  const later = next.history.some(
    (period) => period.person === user.id && period.attribute === attribute && period.to > day,
  );
  return holding === undefined && !later;
}

/** From this day on the user has this value only. Scores since then move to it, and comments stay. */
function hold(next: Organization, user: User, attribute: string, value: Value | null, day: Day): void {
  const mine = (period: { person: string; attribute: string }) =>
    period.person === user.id && period.attribute === attribute;
  next.history = next.history.filter((period) => !(mine(period) && period.from >= day));
  for (const period of next.history) if (mine(period) && period.to > day) period.to = day;
  closeHolding(next, user, attribute, day);
  if (value !== null) user.values[attribute] = { value, since: day };
  for (const answer of next.answers) {
    if (answer.person !== user.id || answer.answeredOn < day || answer.score === null) continue;
    if (value === null) delete answer.scoreUnder[attribute];
    else answer.scoreUnder[attribute] = value;
  }
}

/** Removes answers to surveys sent since the user stopped taking part. Returns whether there were any. */
function dropAnswers(next: Organization, user: User, day: Day): boolean {
  const before = countReported(next);
  const sent = next.surveys.filter(({ sentOn }) => sentOn >= day).map(({ name }) => name);
  for (const answer of next.answers)
    if (answer.person === user.id && sent.includes(answer.survey)) answer.removedDaysAgo ??= 0;
  return countReported(next) < before;
}

/** The number of answers in reports. */
export const countReported = ({ answers }: Organization): number =>
  answers.filter(({ removedDaysAgo }) => removedDaysAgo === null).length;

/** For how many days a removed answer can be restored. */
const KEPT_DAYS = 30;

/** Restores the answers of a user who takes part again, if they were removed within 30 days. */
export function restoreAnswers(next: Organization, user: User): void {
  for (const answer of next.answers)
    if (answer.person === user.id && answer.removedDaysAgo !== null && answer.removedDaysAgo < KEPT_DAYS)
      answer.removedDaysAgo = null;
}
