import { type SQL, sql } from 'drizzle-orm';
import { type RowStage, STAGES } from '../../workflows/stages.ts';

/** Above every user id. */
export const ALL_USERS = sql.raw('9223372036854775807');

/** The last user id that a stage has passed, of its row in `stages`; 0: none. */
export const lastUserPassed = (stage: RowStage): SQL =>
  sql`case when status = 'done' then ${ALL_USERS} when step >= ${STAGES[stage].appliesRowsFromStep} then "cursor" else 0 end`;

const FIRST_STEPS = Object.values(STAGES).flatMap(({ number, appliesRowsFromStep: step }) =>
  step === null ? [] : [{ number, step }],
);
const NUMBERS = FIRST_STEPS.map(({ number }) => number).join(', ');
const FIRST_STEP = FIRST_STEPS.map(({ number, step }) => `when ${number} then ${step}`).join(' ');

/**
 * Whether an applying stage `s` has passed a user: it has ended, or its cursor, in user id order, is behind the user.
 */
export const hasPassed = (user: string): SQL =>
  sql.raw(`(s.status = 'done' or (s.started_at is not null and s."cursor" >= ${user}
    and s.step >= case s.number ${FIRST_STEP} end)) and s.number in (${NUMBERS})`);
