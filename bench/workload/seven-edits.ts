import { Temporal } from 'temporal-polyfill';
import { COLUMNS, csvOf } from './data.ts';

/** One of the seven mass edits: its file, its options, and the counts that are checked. */
export type BenchedEdit = {
  name: string;
  csv: () => Iterable<string>;
  deleteMissing: boolean;
  resetEmptyFields: boolean;
  expected: Record<string, number>;
};

/** Numbers 1, 51, 101 and so on are missing from the file that deletes: the first of them are managers. */
const MISSING_ONE_IN = 50;
const NEW_ONE_IN = 100;
const BACKDATED_DAYS = 30;
const BACKDATED_DEPARTMENTS = 10;

type Cells = string[];

/**
 * Seven mass edits of one organization, in this order:
 * - `initial` imports `rows` people with seven attributes and a manager tree.
 * - `identical` is the same file.
 * - `changes` changes every row and adds 1 %.
 * - `deletions` leaves out 2 %, managers among them, and deletes those.
 * - `reset` clears one value of every person by an empty cell.
 * - `backdating` changes a value of every person as of thirty days ago, and takes one person in fifty out of surveys
 *   from that day.
 * - `restore` restores the deleted people, also as managers.
 *
 * @param rows 100 or more
 */
export function sevenEdits(rows: number): BenchedEdit[] {
  const initial = linesOf(rows);
  const users = [...initial.map(changed), ...initial.slice(0, Math.floor(rows / NEW_ONE_IN)).map(newcomer)];
  const gone = new Set(users.filter(isMissing).map(emailIn));
  const isBelowMissing = (cells: Cells): boolean => gone.has(cells[MANAGER]!);
  const staying = users
    .filter((cells) => !isMissing(cells))
    .map((cells) => (isBelowMissing(cells) ? cells.with(MANAGER, '') : cells));
  const reset = staying.map((cells) => cells.with(TEAM, ''));
  const moved = reset.map((cells, place) => cells.with(DEPARTMENT, `Backdated ${place % BACKDATED_DEPARTMENTS}`));
  const departmentNow = new Map(moved.map((cells) => [emailIn(cells), cells[DEPARTMENT]!]));
  const restored = users.map((cells) => {
    const department = departmentNow.get(emailIn(cells));
    return department === undefined ? cells : cells.with(TEAM, '').with(DEPARTMENT, department);
  });
  const cleared = users.filter((cells) => isBelowMissing(cells) && !isMissing(cells)).length;
  const plain = { deleteMissing: false, resetEmptyFields: false };
  const [all, missing] = [users.length, gone.size];
  return [
    { ...plain, name: 'initial', csv: () => fileOf(initial), expected: { created: rows } },
    { ...plain, name: 'identical', csv: () => fileOf(initial), expected: { unchanged: rows } },
    { ...plain, name: 'changes', csv: () => fileOf(users), expected: { updated: rows, created: all - rows } },
    {
      ...plain,
      name: 'deletions',
      csv: () => fileOf(staying),
      deleteMissing: true,
      // One warning for each reference that a deletion clears, and one for the administrator, who is kept.
      expected: { unchanged: all - missing, deleted: missing, warnings: cleared + 1 },
    },
    {
      ...plain,
      name: 'reset',
      csv: () => fileOf(reset),
      resetEmptyFields: true,
      expected: { updated: all - missing },
    },
    {
      ...plain,
      name: 'backdating',
      csv: () => backdatedFileOf(moved),
      // Of the two surveys, each user leaves the one that was sent after the day.
      expected: {
        ...{ updated: all - missing, backdated: all - missing + moved.filter(leavesSurveys).length },
        answersRemoved: moved.filter(leavesSurveys).length,
      },
    },
    {
      ...plain,
      name: 'restore',
      csv: () => fileOf(restored),
      expected: { restored: missing, updated: missing + cleared, unchanged: all - missing - cleared },
    },
  ];
}

const placeOf = (name: (typeof COLUMNS)[number]): number => COLUMNS.indexOf(name);
const [EMAIL, EXTERNAL_ID, LAST_NAME] = [placeOf('Email'), placeOf('External Id'), placeOf('Last name')];
const [DEPARTMENT, TEAM, SALARY, MANAGER] = ['Department', 'Team', 'Salary', 'Manager'].map(placeOf) as [
  number,
  number,
  number,
  number,
];

/** The rows of the initial import, in its order. */
function linesOf(rows: number): Cells[] {
  const [, ...lines] = [...csvOf(rows, 'initial', 1)].join('').trimEnd().split('\r\n');
  return lines.map((line) => line.split(';'));
}

const emailIn = (cells: Cells): string => cells[EMAIL]!;
/** The number at the end of an imported person's external id. A newcomer has none. */
const numberIn = (cells: Cells): number => Number(/^E-(\d+)$/.exec(cells[EXTERNAL_ID]!)?.[1] ?? Number.NaN);
const isMissing = (cells: Cells): boolean => numberIn(cells) % MISSING_ONE_IN === 1;
const leavesSurveys = (cells: Cells): boolean => numberIn(cells) % MISSING_ONE_IN === 2;

/** Another last name and other values of two attributes. */
const changed = (cells: Cells, place: number, all: Cells[]): Cells =>
  cells
    .with(LAST_NAME, `${cells[LAST_NAME]}son`)
    .with(SALARY, String(Number(cells[SALARY]) + 1))
    .with(DEPARTMENT, all[(place + 1) % all.length]![DEPARTMENT]!);

const newcomer = (cells: Cells, place: number): Cells =>
  cells.with(EMAIL, `new.${place}@example.com`).with(EXTERNAL_ID, `N-${place}`);

/** Lines a piece: some 100 KiB of text. */
const PIECE_LINES = 1_000;

function* fileOf(users: Cells[], header: readonly string[] = COLUMNS): Generator<string> {
  yield `${header.join(';')}\r\n`;
  for (let from = 0; from < users.length; from += PIECE_LINES) {
    const piece = users.slice(from, from + PIECE_LINES);
    yield piece.map((cells) => `${cells.join(';')}\r\n`).join('');
  }
}

function* backdatedFileOf(users: Cells[]): Generator<string> {
  const day = Temporal.Now.plainDateISO('UTC').subtract({ days: BACKDATED_DAYS }).toString();
  const header = [...COLUMNS, 'Department backdate', 'Participate in survey', 'Participate in survey backdate'];
  const rows = users.map((cells) => [...cells, day, ...(leavesSurveys(cells) ? ['FALSE', day] : ['', ''])]);
  yield* fileOf(rows, header);
}
