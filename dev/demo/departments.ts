/** A department, its managers and team sizes, and its salaries. */
export type Department = {
  name: string;
  /** The index of the director that it belongs to. */
  director: number;
  /** People in each manager's team. */
  teams: readonly number[];
  /** Monthly salary of a person without a team, in kronor: from, to. */
  salary: readonly [number, number];
  /** Percent of its people who have no email and answer surveys on a kiosk at work. */
  kioskPercent: number;
};

/** The department of the chief executive and the directors. */
export const EXECUTIVE_OFFICE = 'Executive Office';

export const DIRECTORS = 5;

/**
 * Eleven departments beside the executive office, with 40 managers. With the chief executive and the directors the
 * teams make 400 people. The second sample leaves the team of three without a manager.
 */
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Production',
    director: 0,
    teams: [14, 13, 12, 12, 11, 11, 10, 10, 9],
    salary: [27_500, 38_000],
    kioskPercent: 9,
  },
  { name: 'Logistics', director: 0, teams: [11, 10, 9, 9, 7], salary: [27_000, 37_000], kioskPercent: 8 },
  { name: 'Quality', director: 0, teams: [8, 7, 6], salary: [33_000, 48_000], kioskPercent: 0 },
  { name: 'Purchasing', director: 0, teams: [7, 6], salary: [34_000, 49_000], kioskPercent: 0 },
  { name: 'Finance', director: 1, teams: [8, 7, 6], salary: [36_000, 55_000], kioskPercent: 0 },
  { name: 'Sales', director: 2, teams: [11, 10, 10, 9, 9, 8], salary: [35_000, 58_000], kioskPercent: 0 },
  { name: 'Marketing', director: 2, teams: [8, 3], salary: [34_000, 52_000], kioskPercent: 0 },
  { name: 'Customer Service', director: 2, teams: [11, 10, 10], salary: [29_000, 36_500], kioskPercent: 0 },
  { name: 'Research & Development', director: 3, teams: [10, 9, 8], salary: [42_000, 64_000], kioskPercent: 0 },
  { name: 'IT', director: 3, teams: [9, 7], salary: [40_000, 62_000], kioskPercent: 0 },
  { name: 'People & Culture', director: 4, teams: [5, 4], salary: [35_000, 51_000], kioskPercent: 0 },
];
