import { COMMENTS } from './comments.ts';
import type { SampleRow } from './csv.ts';
import { type Random, seededRandom } from './random.ts';

/** An answer in the format of the API. Scores are 1 to 5. */
type DemoAnswer = { userEmail: string; answeredOn: string; question: string; score?: number; comment?: string };
export type DemoSurvey = { name: string; sentOn: string; answers: DemoAnswer[] };

/** Any constant number works. It keeps the answers the same, so that two demos can be compared. */
const SEED = 31;
/** Answers for each survey. Kiosk users have no email for an invitation. */
const ANSWERING = 250;
/** Reminders bring most of the late answers within this time. Shorter than the time since the second survey. */
const DAYS_TO_ANSWER = 9;
const COMMENTING_PERCENT = 25;

const SCORED = [
  'I would recommend Nordlys as a place to work.',
  'I know what is expected of me.',
  'My manager gives me useful feedback.',
] as const;
const OPEN = 'What should we do differently?';

/**
 * Two surveys: one sent about two months ago, one three weeks ago. Departments differ, and some have improved or
 * declined between the two, so that a report by department shows a difference.
 *
 * @param dayBefore the day, `YYYY-MM-DD`, that many days before today
 */
export function demoSurveys(users: readonly SampleRow[], dayBefore: (days: number) => string): DemoSurvey[] {
  const random = seededRandom(SEED);
  const moods = moodsOf(users, random);
  return [
    { name: 'Employee survey', sentDaysAgo: 61, later: 0 },
    { name: 'Pulse survey', sentDaysAgo: 21, later: 1 },
  ].map(({ name, sentDaysAgo, later }) => ({
    name,
    sentOn: dayBefore(sentDaysAgo),
    answers: whoAnswers(users, random).flatMap((user) => {
      // The smaller of two: most answer in the first days.
      const waited = Math.min(random.whole(0, DAYS_TO_ANSWER), random.whole(0, DAYS_TO_ANSWER));
      const mood = moods.get(user.Department) ?? { tenths: 35, change: 0 };
      const by = { userEmail: user.Email, answeredOn: dayBefore(sentDaysAgo - waited) };
      const scores = SCORED.map((question) => ({
        ...by,
        question,
        score: score(mood.tenths + later * mood.change, random),
      }));
      if (!random.chance(COMMENTING_PERCENT)) return scores;
      return [...scores, { ...by, question: OPEN, comment: random.pick(commentsIn(user.Language)) }];
    }),
  }));
}

/** The mood of a department, in tenths of a point, and its change until the second survey. */
function moodsOf(users: readonly SampleRow[], random: Random): Map<string, { tenths: number; change: number }> {
  const departments = new Set(users.map((user) => user.Department));
  return new Map([...departments].map((name) => [name, { tenths: random.whole(29, 43), change: random.whole(-5, 6) }]));
}

const whoAnswers = (users: readonly SampleRow[], random: Random): SampleRow[] => {
  const asked = users.filter((user) => user.Email !== '' && user['Participate in survey'] === 'TRUE');
  return random.shuffled(asked).slice(0, ANSWERING);
};

/** Around the mood. Two dice make the middle likelier than the ends. */
const score = (tenths: number, random: Random): number => {
  const felt = (tenths + random.whole(-13, 13) + random.whole(-13, 13)) / 10;
  return Math.min(5, Math.max(1, Math.round(felt)));
};

const commentsIn = (language: string): readonly string[] =>
  language === 'sv' || language === 'de' ? COMMENTS[language] : COMMENTS.en;
