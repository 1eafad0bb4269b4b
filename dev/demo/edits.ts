import { DEMO_ADMIN } from './admin.ts';
import { changes, type Editing } from './changes.ts';
import type { SampleRow } from './csv.ts';
import { newcomers } from './newcomers.ts';
import { rowOf, type User } from './people.ts';
import { seededRandom } from './random.ts';

/** Any constant number works. It decides which people the second sample changes. */
const SEED = 7;

/**
 * The rows of the second sample: the demo company half a year later, with mistakes of an administrator.
 * samples/README.md describes them, and test/samples.test.ts compares the two.
 */
export function editedRows(users: readonly User[]): SampleRow[] {
  const editing = editingOf(users);
  leaveOut(editing);
  changes(editing);
  closeCycle(editing);
  const secondRows = makeMistakes(editing);
  return [...editing.rows.values(), ...secondRows, ...newcomers(editing.managerOf)];
}

/** Hands out people that no change has used yet, spread over the file. */
function editingOf(users: readonly User[]): Editing {
  const rows = new Map(users.map((user) => [user, rowOf(user)]));
  const free = new Set(
    seededRandom(SEED)
      .shuffled(users)
      .filter(({ level, row }) => level === 4 && row.Email !== DEMO_ADMIN.email),
  );
  return {
    people: users,
    rows,
    take: (count, wanted = inBothWays) => {
      const taken = [...free].filter(wanted).slice(0, count);
      if (taken.length < count) throw new Error(`Only ${taken.length} of ${count} people are left for this`);
      for (const user of taken) free.delete(user);
      return taken;
    },
    edit: (user, cells) => {
      const row = rows.get(user);
      if (row === undefined) throw new Error(`${user.row['First name']} is not in the file any more`);
      Object.assign(row, cells);
    },
    // The last person of a department: the first ones are left without a job or in a cycle.
    managerOf: (department) => {
      const found = users.findLast(({ level, row }) => (level === 2 || level === 3) && row.Department === department);
      if (found === undefined) throw new Error(`No person leads people in ${department}`);
      return found;
    },
  };
}

/** With email and external id, so that a mistake in one leaves the other for matching. */
const inBothWays = ({ row }: User): boolean => row.Email !== '' && row['External Id'] !== '';

/**
 * Twelve people are missing. One of them is a manager without a successor yet, so the team's Manager cells are empty. A
 * row that still named her would be refused once she is deleted. So the deletion clears the references.
 */
function leaveOut({ people, rows, take, edit }: Editing): void {
  const manager = people.find((user) => user.level === 3 && teamOf(people, user).length === SMALLEST_TEAM);
  if (manager === undefined) throw new Error('The demo company has no team that is small enough');
  const team = teamOf(people, manager);
  take(team.length, (user) => team.includes(user));
  for (const person of team) edit(person, { Manager: '' });
  const others = [...take(1, ({ row }) => row.Email === ''), ...take(10, ({ row }) => row.Email !== '')];
  for (const person of [manager, ...others]) rows.delete(person);
}

const SMALLEST_TEAM = 3;

const teamOf = (users: readonly User[], manager: User): User[] => users.filter((user) => user.manager === manager);

/** Three managers in Sales, each under the next. */
function closeCycle({ people, edit }: Editing): void {
  const circle = people.filter(({ level, row }) => level === 3 && row.Department === 'Sales').slice(0, 3);
  for (const [place, person] of circle.entries()) {
    const next = circle[(place + 1) % circle.length];
    if (next !== undefined) edit(person, { Manager: next.row.Email });
  }
}

/**
 * Refused rows and one spelling with a warning. Returns the second rows of two people. One contradicts the first row,
 * so both are refused. The other repeats it, so the change (the 25th) is applied once.
 */
function makeMistakes({ rows, take, edit }: Editing): SampleRow[] {
  for (const user of take(1)) edit(user, { Email: user.row.Email.replace('@', '(at)') });
  for (const person of take(1, ({ row }) => row.Language === 'sv' && row['External Id'] !== ''))
    edit(person, { Language: 'se' });
  for (const person of take(1)) edit(person, { 'Employment Date': '2025-02-30' });
  for (const person of take(1)) edit(person, { Manager: 'kim.larssen@example.com' });
  for (const person of take(1, ({ row }) => row.Department === 'Customer Service'))
    edit(person, { Department: 'customer service' });
  const different = take(1).map((user) => ({ ...rowOf(user), 'Salary band': '99900' }));
  const changed = take(1, ({ row }) => row.Gender === 'Woman' && !row['First name'].includes('-'));
  for (const person of changed) edit(person, { 'First name': `${person.row['First name']}-Marie` });
  const identical = [...rows].filter(([person]) => changed.includes(person)).map(([, row]) => ({ ...row }));
  return [...different, ...identical];
}
