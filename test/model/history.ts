import { PARTICIPATE } from './read-headers.ts';
import type { Row } from './row.ts';
import type { Day, Organization, Person, Value } from './types.ts';

/** Ends what a person is in, without anything new. A membership that began on that day leaves no trace. */
export function closeHolding(next: Organization, person: Person, attribute: string, day: Day): void {
  const holding = person.values[attribute];
  if (!holding) return;
  delete person.values[attribute];
  if (holding.since < day)
    next.history.push({ person: person.id, attribute, value: holding.value, from: holding.since, to: day });
}

/** Makes the dated values of one row hold from their days. Gives how many changed something. `tookPart`: what it was. */
export function applyBackdates(
  next: Organization,
  person: Person,
  row: Row,
  values: Record<string, Value | null>,
  tookPart: boolean,
): number {
  let applied = 0;
  for (const [of, day] of Object.entries(row.backdates)) {
    const value = values[of];
    if (of === PARTICIPATE) {
      if (!dropAnswers(next, person, day) && !tookPart) continue;
    } else if (value === undefined || holdsAlready(next, person, of, value, day)) continue;
    else hold(next, person, of, value, day);
    applied++;
  }
  return applied;
}

/** Whether all of the time since this day is as it should be. */
function holdsAlready(next: Organization, person: Person, attribute: string, value: Value | null, day: Day): boolean {
  const holding = person.values[attribute];
  if (value !== null) return holding !== undefined && holding.value === value && holding.since <= day;
  const later = next.history.some(
    (period) => period.person === person.id && period.attribute === attribute && period.to > day,
  );
  return holding === undefined && !later;
}

/** From this day on the person is in this and nothing else; scores since then move there, comments stay. */
function hold(next: Organization, person: Person, attribute: string, value: Value | null, day: Day): void {
  const mine = (period: { person: string; attribute: string }) =>
    period.person === person.id && period.attribute === attribute;
  next.history = next.history.filter((period) => !(mine(period) && period.from >= day));
  for (const period of next.history) if (mine(period) && period.to > day) period.to = day;
  closeHolding(next, person, attribute, day);
  if (value !== null) person.values[attribute] = { value, since: day };
  for (const answer of next.answers) {
    if (answer.person !== person.id || answer.answeredOn < day || answer.score === null) continue;
    if (value === null) delete answer.scoreUnder[attribute];
    else answer.scoreUnder[attribute] = value;
  }
}

/** Answers to what was sent since a user does not take part are in no report. Gives whether there were any. */
function dropAnswers(next: Organization, person: Person, day: Day): boolean {
  const before = countReported(next);
  const sent = next.surveys.filter(({ sentOn }) => sentOn >= day).map(({ name }) => name);
  for (const answer of next.answers)
    if (answer.person === person.id && sent.includes(answer.survey)) answer.removedDaysAgo ??= 0;
  return countReported(next) < before;
}

/** The answers in reports. */
export const countReported = ({ answers }: Organization): number =>
  answers.filter(({ removedDaysAgo }) => removedDaysAgo === null).length;

/** For how many days an answer that was taken out can come back. */
const KEPT_DAYS = 30;

/** A user who takes part again has given what was taken out within 30 days. */
export function restoreAnswers(next: Organization, person: Person): void {
  for (const answer of next.answers)
    if (answer.person === person.id && answer.removedDaysAgo !== null && answer.removedDaysAgo < KEPT_DAYS)
      answer.removedDaysAgo = null;
}
