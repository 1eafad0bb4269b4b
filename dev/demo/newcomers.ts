import type { SampleRow } from './csv.ts';
import type { User } from './people.ts';

/** A department that the first sample does not have. */
export const NEW_DEPARTMENT = 'Sustainability';
export const NEW_HEAD_EMAIL = 'liv.hedenstrom@example.se';
const NEW_HEAD_ID = 'NI-2003';

/**
 * Eight people who are not in the first sample. Three of them are a new department whose head is named by a row above
 * her own. One has no email, one no external id.
 *
 * @param managerOf the person of the first sample who leads people in a department
 */
export function newcomers(managerOf: (department: string) => User): SampleRow[] {
  const manager = (department: string): string => {
    const user = managerOf(department);
    return user.row[user.calledBy];
  };
  return [
    newcomer({
      Email: 'till.bergmann@example.com',
      'External Id': 'NI-2001',
      'First name': 'Till',
      'Last name': 'Bergmann',
      Language: 'de',
      Gender: 'Man',
      Country: 'Germany',
      Department: NEW_DEPARTMENT,
      'Date of Birth': '1991-08-23',
      Manager: NEW_HEAD_EMAIL,
      'Salary band': '51000',
    }),
    newcomer({
      Email: 'noor.dewit@example.com',
      'External Id': 'NI-2002',
      'First name': 'Noor',
      'Last name': 'de Wit',
      Language: 'nl',
      Gender: 'Woman',
      Country: 'Netherlands',
      Department: NEW_DEPARTMENT,
      'Date of Birth': '1995-01-30',
      Manager: NEW_HEAD_ID,
      'Salary band': '47500',
    }),
    newcomer({
      Email: NEW_HEAD_EMAIL,
      'External Id': NEW_HEAD_ID,
      'First name': 'Liv',
      'Last name': 'Hedenström',
      Language: 'sv',
      Gender: 'Woman',
      Country: 'Sweden',
      Department: NEW_DEPARTMENT,
      'Date of Birth': '1979-11-05',
      Manager: manager('Executive Office'),
      'Salary band': '74000',
    }),
    newcomer({
      'External Id': 'NI-2004',
      'First name': 'Loke',
      'Last name': 'Lindkvist',
      Language: 'sv',
      'Employment type': 'Apprentice',
      Gender: 'Man',
      Country: 'Sweden',
      Department: 'Production',
      'Date of Birth': '2006-04-17',
      Manager: manager('Production'),
      'Salary band': '24500',
    }),
    newcomer({
      Email: 'jasmin.gross@example.com',
      'External Id': 'NI-2005',
      'First name': 'Jasmin',
      'Last name': 'Groß',
      Language: 'de',
      Gender: 'Woman',
      Country: 'Germany',
      Department: 'Sales',
      'Date of Birth': '1988-02-09',
      Manager: manager('Sales'),
      'Salary band': '46200',
    }),
    newcomer({
      Email: 'aleksander.wrona@example.com',
      'First name': 'Aleksander',
      'Last name': 'Wrona',
      Language: 'pl',
      'Participate in survey': 'FALSE',
      'Employment type': 'Consultant',
      Gender: 'Man',
      Country: 'Poland',
      Department: 'IT',
      'Date of Birth': '1984-06-27',
      Manager: manager('IT'),
    }),
    newcomer({
      Email: 'ronja.stahl@example.se',
      'External Id': 'NI-2006',
      'First name': 'Ronja',
      'Last name': 'Ståhl',
      Language: 'sv',
      'Employment type': 'Part-time',
      Country: 'Sweden',
      Department: 'Customer Service',
      'Date of Birth': '1999-12-12',
      Manager: manager('Customer Service'),
      'Salary band': '30100',
    }),
    newcomer({
      Email: 'terje.odegaard@example.com',
      'External Id': 'NI-2007',
      'First name': 'Terje',
      'Last name': 'Ødegaard',
      Language: 'nb',
      Gender: 'Man',
      Country: 'Norway',
      Department: 'Finance',
      'Date of Birth': '1973-09-01',
      Manager: manager('Finance'),
      'Salary band': '52800',
    }),
  ];
}

/** Defaults of most of them; other cells are empty. */
const newcomer = (cells: Partial<SampleRow>): SampleRow => ({
  Email: '',
  'External Id': '',
  'First name': '',
  'Last name': '',
  Language: 'en',
  'Participate in survey': 'TRUE',
  'Employment type': 'Permanent',
  Gender: '',
  Country: '',
  Department: '',
  'Date of Birth': '',
  'Employment Date': '2026-01-15',
  'Termination date': '',
  Manager: '',
  'Salary band': '',
  ...cells,
});
