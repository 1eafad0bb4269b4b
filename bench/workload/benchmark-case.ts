import { COLUMNS, csvOf, type Scenario } from './data.ts';

/** One import to be measured. */
export type BenchmarkCase = { rows: number; scenario: Scenario; seed: number };
/** Seconds by the name of their ratio (a side may have two), and a line for the console. */
export type Measured = { seconds: Record<string, number>; line: string };
/** The content of a side's tables after an import. `salaries` is their sum: a change of 5 % of the rows changes it. */
export type State = { people: number; managers: number; values: number; salaries: number };
/**
 * The same, and how many people an import reports as processed. If nothing changes, this count is the only evidence.
 */
export type Done = State & { done: number };

/** Whether users who are missing from the file are deleted. */
export const deletesMissing = ({ scenario }: BenchmarkCase): boolean => scenario === 'reupload';

/** The file that fills a side's fresh tables before the measurement; null for an initial import. */
export const fillingOf = (task: BenchmarkCase): BenchmarkCase | null =>
  task.scenario === 'initial' ? null : { ...task, scenario: 'initial' };

/** The file of a task, in pieces of text. */
export const fileOf = ({ rows, scenario, seed }: BenchmarkCase): Generator<string> => csvOf(rows, scenario, seed);

/** Each side must have done the work. Throws if its state is not the expected one. */
export function assertState(side: string, found: Done, task: BenchmarkCase): void {
  const expected = expectedState(task);
  for (const name of Object.keys(expected) as (keyof Done)[]) {
    if (found[name] !== expected[name])
      throw new Error(`${side}: ${found[name]} ${name} where ${expected[name]} were to come out`);
  }
}

/** Seconds in all, rows a second, and seconds of the parts if there are any. */
export function formatResult(rows: number, seconds: number, parts: Record<string, number>): string {
  const each = Object.entries(parts).map(([name, of]) => `${name} ${of.toFixed(2)}`);
  const all = `${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s`;
  return each.length === 0 ? all : `${all} (${each.join(', ')})`;
}

/** The expected state of the tables when the file of a task has been imported and all other users are gone. */
function expectedState(task: BenchmarkCase): Done {
  const state = { done: 0, people: 0, managers: 0, values: 0, salaries: 0 };
  const manager = COLUMNS.indexOf('Manager');
  const [, ...lines] = [...fileOf(task)].join('').trimEnd().split('\r\n');
  for (const line of lines) {
    const cells = line.split(';');
    state.done++;
    state.people++;
    if (cells[manager] !== '') state.managers++;
    state.values += VALUE_PLACES.filter((place) => cells[place] !== '').length;
    state.salaries += Number(cells[COLUMNS.indexOf('Salary')]);
  }
  return state;
}

/** The attributes except the manager, which is counted by itself. */
const VALUE_PLACES = ['Department', 'Team', 'Location', 'Job title', 'Employment Date', 'Salary'].map((name) =>
  COLUMNS.indexOf(name),
);
