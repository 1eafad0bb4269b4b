import { csvText, type SampleHeader, type SampleRow } from './csv.ts';

/** The attributes whose segments the reports of the demo show. */
const DATED = [
  'Employment type',
  'Gender',
  'Country',
  'Department',
  'Manager',
  'Salary band',
] as const satisfies readonly SampleHeader[];
const HEADERS = ['Email', 'External Id', ...DATED.flatMap((name) => [name, `${name} backdate`] as const)] as const;

/**
 * A file that repeats every user's current values, and dates them back to `day`. An empty value has no date.
 *
 * @param day `YYYY-MM-DD`, not more than three calendar months ago
 */
export function backdatedMemberships(users: readonly SampleRow[], day: string): string {
  const rows = users.map((user) => {
    const cells = DATED.flatMap((name) => [
      [name, user[name]],
      [`${name} backdate`, user[name] === '' ? '' : day],
    ]);
    return { Email: user.Email, 'External Id': user['External Id'], ...Object.fromEntries(cells) };
  });
  return csvText(HEADERS, rows);
}
