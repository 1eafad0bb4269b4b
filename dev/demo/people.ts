import { DEMO_ADMIN } from './admin.ts';
import type { SampleRow } from './csv.ts';
import { birthAndEmployment, endOf } from './dates.ts';
import { DEPARTMENTS, type Department, DIRECTORS, EXECUTIVE_OFFICE } from './departments.ts';
import { type Country, type Gender, nameGiver } from './names.ts';
import { type Random, seededRandom } from './random.ts';

/** 1: the chief executive; 2: directors; 3: managers; 4: all others. */
type Level = 1 | 2 | 3 | 4;

/** A person of the demo company. `row` is the person's row in the first sample, without the manager's cell. */
export type User = {
  level: Level;
  manager: User | null;
  /** The identifier that other rows use for them. */
  calledBy: 'Email' | 'External Id';
  row: SampleRow;
};

/** Any number works. This is the company's birthday. */
const SEED = 19_870_412;

/** Roughly the countries of a company that grew in Sweden and Germany. */
const COUNTRY_WEIGHTS: Record<Country, number> = {
  Sweden: 48,
  Germany: 28,
  Denmark: 6,
  Norway: 6,
  Finland: 5,
  Netherlands: 4,
  Poland: 3,
};
const LANGUAGES: Record<Country, string> = {
  Sweden: 'sv',
  Germany: 'de',
  Denmark: 'da',
  Norway: 'nb',
  Finland: 'fi',
  Netherlands: 'nl',
  Poland: 'pl',
};

/** A manager has worked for some years. */
const LATEST_BIRTH_YEAR: Record<Level, number> = { 1: 1975, 2: 1984, 3: 1994, 4: 2001 };

/**
 * The 400 people of the demo company, in the order of the first sample. The order is mixed: about half of the managers
 * stand in a later row than a row that names them. The same people in the same order on each run.
 */
export function demoUsers(): User[] {
  const random = seededRandom(SEED);
  const hire = hiring(random);
  const chief = hire({ level: 1, manager: null, department: EXECUTIVE_OFFICE, salary: [165_000, 165_000] });
  const directors = Array.from({ length: DIRECTORS }, () =>
    hire({ level: 2, manager: chief, department: EXECUTIVE_OFFICE, salary: [96_000, 124_000] }),
  );
  const teams = DEPARTMENTS.flatMap((department) =>
    hireTeams(hire, directors[department.director] ?? chief, department),
  );
  const users = [chief, ...directors, ...teams];
  letAdminIn(users);
  numberByEmployment(users);
  for (const user of users) user.calledBy = howCalled(user, random);
  return random.shuffled(users);
}

/** The person's row with the manager's cell filled in. */
export function rowOf({ row, manager }: User): SampleRow {
  return { ...row, Manager: manager === null ? '' : manager.row[manager.calledBy] };
}

type Post = Pick<User, 'level' | 'manager'> & {
  department: string;
  salary: readonly [number, number];
  kioskPercent?: number;
};

function hiring(random: Random): (post: Post) => User {
  const nextName = nameGiver(random);
  return ({ level, manager, department, salary, kioskPercent = 0 }) => {
    const country = random.weighted(COUNTRY_WEIGHTS);
    const gender = random.pick<Gender>(['Woman', 'Man']);
    const { mailbox, firstName, lastName } = nextName(country, gender);
    const employmentType = level === 4 ? employmentTypeOf(random) : 'Permanent';
    const dates = birthAndEmployment(random, { latestBirthYear: LATEST_BIRTH_YEAR[level], employmentType });
    return {
      level,
      manager,
      calledBy: 'Email',
      row: {
        Email:
          random.chance(kioskPercent) && level === 4 ? '' : `${mailbox}@example.${country === 'Sweden' ? 'se' : 'com'}`,
        'External Id': '',
        'First name': firstName,
        'Last name': lastName,
        // Some read English better than the language of the country they work in.
        Language: random.chance(8) ? 'en' : LANGUAGES[country],
        'Participate in survey': random.chance(96) ? 'TRUE' : 'FALSE',
        'Employment type': employmentType,
        // Some people leave this cell empty, and some need a third word.
        Gender: random.chance(2) ? '' : random.chance(1) ? 'Non-binary' : gender,
        Country: country,
        Department: department,
        'Date of Birth': dates.birth,
        'Employment Date': dates.employment,
        'Termination date': endOf(random, employmentType),
        Manager: '',
        // Consultants send invoices.
        'Salary band': employmentType === 'Consultant' ? '' : salaryOf(random, salary),
      },
    };
  };
}

function hireTeams(hire: (post: Post) => User, director: User, department: Department): User[] {
  return department.teams.flatMap((size) => {
    const inDepartment = { department: department.name, kioskPercent: department.kioskPercent };
    const manager = hire({ ...inDepartment, level: 3, manager: director, salary: [56_000, 82_000] });
    const team = Array.from({ length: size }, () =>
      hire({ ...inDepartment, level: 4, manager, salary: department.salary }),
    );
    return [manager, ...team];
  });
}

const employmentTypeOf = (random: Random): string =>
  random.weighted({ Permanent: 76, 'Part-time': 9, 'Fixed-term': 7, Consultant: 5, Apprentice: 3 });

/** In whole hundreds, as salaries are agreed. */
const salaryOf = (random: Random, [least, most]: readonly [number, number]): string =>
  String(random.whole(least / 100, most / 100) * 100);

/** Replaces the last person of the HR department by the demo organization's administrator. */
function letAdminIn(users: readonly User[]): void {
  const user = users.findLast(({ row }) => row.Department === 'People & Culture');
  if (user === undefined) throw new Error('The demo company has no HR department');
  Object.assign(user.row, {
    Email: DEMO_ADMIN.email,
    'First name': DEMO_ADMIN.firstName,
    'Last name': DEMO_ADMIN.lastName,
    Language: 'sv',
    'Employment type': 'Permanent',
    Gender: 'Woman',
    Country: 'Sweden',
    'Termination date': '',
    'Salary band': '45800',
  } satisfies Partial<SampleRow>);
}

/** External ids in the order of employment, as from a payroll system. Consultants are not on the payroll. */
function numberByEmployment(users: readonly User[]): void {
  // Days as whole numbers: 2016-02-01 is 20160201.
  const firstDay = ({ row }: User): number => Number(row['Employment Date'].replaceAll('-', ''));
  const inOrder = users.toSorted((a, b) => firstDay(a) - firstDay(b));
  for (const [place, { row }] of inOrder.entries()) {
    if (row['Employment type'] === 'Consultant' && row.Email !== '') continue;
    row['External Id'] = `NI-${1000 + place}`;
  }
}

/** Most rows name a manager by email. Some rows come from a system that knows only external ids. */
const howCalled = ({ row }: User, random: Random): User['calledBy'] =>
  row.Email === '' || (row['External Id'] !== '' && random.chance(15)) ? 'External Id' : 'Email';
