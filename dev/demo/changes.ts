import type { SampleRow } from './csv.ts';
import { NEW_DEPARTMENT, NEW_HEAD_EMAIL } from './newcomers.ts';
import type { User } from './people.ts';

/** The inputs of the second sample. */
export type Editing = {
  people: readonly User[];
  /** The rows of the people who are still in the file, in its order. */
  rows: Map<User, SampleRow>;
  /** Takes people without a team that no mistake or change has used yet; throws if there are not enough of them. */
  take: (count: number, wanted?: (user: User) => boolean) => User[];
  edit: (user: User, cells: Partial<SampleRow>) => void;
  /** A manager in that department who stays there. */
  managerOf: (department: string) => User;
};

/**
 * Changes 24 people in ways that are all accepted, each of them once. It also empties two Termination dates, which
 * changes nothing unless empty fields are reset.
 */
export function changes({ take, edit, managerOf }: Editing): void {
  const lastNames = ['Nyberg', 'Sonnenfeld', 'Lindqvist', 'Åhlström'];
  for (const [place, person] of take(lastNames.length).entries()) edit(person, { 'Last name': lastNames[place] });

  for (const department of ['Quality', 'Purchasing', 'Research & Development', 'IT']) {
    for (const user of take(1, ({ row }) => row.Department === 'Production' && row.Email !== ''))
      edit(user, { Department: department, Manager: nameOf(managerOf(department)) });
  }
  for (const person of take(2, ({ row }) => row.Department === 'Quality' && row['Salary band'] !== ''))
    edit(person, { Department: NEW_DEPARTMENT, Manager: NEW_HEAD_EMAIL });

  for (const person of take(8, ({ row }) => row['Salary band'] !== ''))
    edit(person, { 'Salary band': raised(person.row['Salary band']) });

  for (const department of ['Production', 'Logistics', 'Finance', 'Customer Service']) {
    const manager = managerOf(department);
    for (const user of take(1, ({ row, manager: now }) => row.Department === department && now !== manager))
      edit(user, { Manager: nameOf(manager) });
  }

  // `#CLEAR` empties a cell with any options. An empty cell does so only if empty fields are reset.
  for (const person of take(1, isFixedTermWithEnd))
    edit(person, { 'Employment type': 'Permanent', 'Termination date': '#CLEAR' });
  for (const person of take(2, isFixedTermWithEnd)) edit(person, { 'Termination date': '' });

  for (const person of take(1, ({ row }) => row['Participate in survey'] === 'TRUE' && row.Email !== ''))
    edit(person, { 'Participate in survey': 'FALSE' });
}

const nameOf = (user: User): string => user.row[user.calledBy];

const isFixedTermWithEnd = ({ row }: User): boolean =>
  row['Employment type'] === 'Fixed-term' && row['Termination date'] !== '';

/** By four percent, in whole hundreds. */
const raised = (salary: string): string => String(Math.round((Number(salary) * 1.04) / 100) * 100);
