import { COLUMNS, csvOf, type Scenario } from './data.ts';

/** One import to be measured. */
export type BenchmarkCase = { rows: number; scenario: Scenario; seed: number };
/** Seconds by the name that their ratio is told under (a side may have two), and a line for the person who looks on. */
export type Measured = { seconds: Record<string, number>; line: string };
/** What stands in a side's tables after an import; `salaries` is their sum, which a change of 5 % of them moves. */
export type State = { people: number; managers: number; values: number; salaries: number };
/** The same, and how many people an import says that it has dealt with: where nothing changes, nothing else tells. */
export type Done = State & { done: number };

/** Whether those who are not in the file are to be deleted. */
export const deletesMissing = ({ scenario }: BenchmarkCase): boolean => scenario === 'reupload';

/** The file that a side's fresh tables are filled with before anything is measured; null for an initial import. */
export const fillingOf = (task: BenchmarkCase): BenchmarkCase | null =>
  task.scenario === 'initial' ? null : { ...task, scenario: 'initial' };

/** The file of a task, in pieces of text. */
export const fileOf = ({ rows, scenario, seed }: BenchmarkCase): Generator<string> => csvOf(rows, scenario, seed);

/** What is compared has to have done the work: throws where it has not. */
export function assertState(side: string, found: Done, task: BenchmarkCase): void {
  const expected = expectedState(task);
  for (const name of Object.keys(expected) as (keyof Done)[]) {
    if (found[name] !== expected[name])
      throw new Error(`${side}: ${found[name]} ${name} where ${expected[name]} were to come out`);
  }
}

/** Seconds in all, rows a second, and seconds of the parts where there are any. */
export function formatResult(rows: number, seconds: number, parts: Record<string, number>): string {
  const each = Object.entries(parts).map(([name, of]) => `${name} ${of.toFixed(2)}`);
  const all = `${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s`;
  return each.length === 0 ? all : `${all} (${each.join(', ')})`;
}

/** Counts what has to stand in the tables when the file of a task has been imported and nobody else is left. */
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

/** The attributes but for the manager, which is counted by itself. */
const VALUE_PLACES = ['Department', 'Team', 'Location', 'Job title', 'Employment Date', 'Salary'].map((name) =>
  COLUMNS.indexOf(name),
);
