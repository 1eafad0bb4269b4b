import { COLUMNS } from './data.ts';

/**
 * Users who exist before the measured file comes. No row of the file is about them, and they are changed by hand
 * meanwhile.
 */
export const SEEDED = 200;
/** The first of them manage the others, in turn, and are not changed. */
const MANAGERS = 2;
const emailOf = (number: number): string => `seed.${number}@example.com`;
const departmentOf = (number: number): string => `Department seed ${number % 2}`;

/** Their file: half of them in each of two departments. */
export function* seedCsv(): Generator<string> {
  yield 'Email;First name;Department\r\n';
  for (let number = 0; number < SEEDED; number++) {
    yield `${emailOf(number)};Seed;${departmentOf(number)}\r\n`;
  }
}

/** Rows that contain them and change nothing, for a file that deletes missing users. */
export function* seedRows(): Generator<string> {
  for (let number = 0; number < SEEDED; number++) yield `${emailOf(number)}${';'.repeat(COLUMNS.length - 1)}\r\n`;
}

export type Patch = { email: string; kind: string; body: Record<string, unknown> };

/** The changes by hand, without end: each changes a value, with as many of each kind. */
export function* patches(): Generator<Patch, never> {
  for (let round = 1; ; round++) {
    for (let number = MANAGERS; number < SEEDED; number++) {
      const email = emailOf(number);
      yield { email, kind: 'a name', body: { lastName: `Name ${round}` } };
      yield { email, kind: 'a number', body: { attributes: { Salary: round } } };
      yield { email, kind: 'a choice', body: { attributes: { Department: departmentOf(number + round) } } };
      yield { email, kind: 'a manager', body: { attributes: { Manager: emailOf(round % MANAGERS) } } };
    }
  }
}
