import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { Temporal } from 'temporal-polyfill';
import { DEMO_ADMIN } from './admin.ts';
import { type DemoApi, demoApi, textIn } from './api.ts';
import { backdatedMemberships } from './backdates.ts';
import type { SampleRow } from './csv.ts';
import { runMassEdit } from './mass-edit.ts';
import { demoSurveys } from './surveys.ts';

/** The demo organization and the token of its admin. */
export type Demo = { organizationId: string; token: string };

const SAMPLE = join(import.meta.dirname, '../../samples/create-users.csv');
const TIME_ZONE = 'Europe/Stockholm';
const SALARY_BANDS = [
  { name: 'Under 30 000', upper: 30_000 },
  { name: '30 000 to 40 000', lower: 30_000, upper: 40_000 },
  { name: '40 000 to 55 000', lower: 40_000, upper: 55_000 },
  { name: '55 000 to 75 000', lower: 55_000, upper: 75_000 },
  { name: '75 000 and over', lower: 75_000 },
];
/** Before the first survey, and within three calendar months, which are 89 days at least. */
const MEMBERS_SINCE_DAYS = 80;
/** Some 60 KiB of JSON, far below what a server takes by default (1 MiB). */
const ANSWERS_A_BATCH = 500;

/**
 * Creates the demo organization by the HTTP API alone. A mass edit of samples/create-users.csv creates its 400 people,
 * and a second one backdates memberships. Then it adds two surveys with answers. Returns the organization and its
 * administrator's token, which is shown only here.
 *
 * Memberships begin on the day of the import, and a file cannot backdate users that it creates (docs/rules.md). So
 * answers to earlier surveys would be reported under no segment. A second file, with the current values, dates the
 * memberships back to before the first survey. The answers are posted after that, so both surveys are reported under
 * segments from the beginning. If an administrator then backdates a change of department, scores move from one
 * department to another.
 *
 * It must not run twice: creating an organization is not idempotent. An interrupted run leaves an organization without
 * a usable token, and the next start creates a new one. That is cheap, and it does not touch other data.
 *
 * Throws if a request is refused or a mass edit does not end as `completed`, with the API's explanation.
 */
export async function createDemo({ apiUrl, operatorToken }: { apiUrl: string; operatorToken: string }): Promise<Demo> {
  const csv = await readFile(SAMPLE, 'utf8');
  const users: SampleRow[] = parse(csv, { delimiter: ';', columns: true });
  const today = Temporal.Now.plainDateISO(TIME_ZONE);
  const dayBefore = (days: number): string => today.subtract({ days }).toString();

  const organization = await demoApi({ apiUrl, token: operatorToken }).post('/v1/organizations', {
    name: 'Nordlys Industrier AB',
    timeZone: TIME_ZONE,
    admin: DEMO_ADMIN,
  });
  const demo: Demo = { organizationId: textIn(organization, 'id'), token: textIn(organization, 'token') };
  const api = demoApi({ apiUrl, token: demo.token });
  const path = `/v1/organizations/${demo.organizationId}`;

  await createSalaryBands(api, path);
  await runMassEdit(api, path, 'create-users.csv', csv);
  const backdated = backdatedMemberships(users, dayBefore(MEMBERS_SINCE_DAYS));
  await runMassEdit(api, path, 'dated-memberships.csv', backdated);
  for (const { name, sentOn, answers } of demoSurveys(users, dayBefore)) {
    const survey = textIn(await api.post(`${path}/surveys`, { name, sentOn }), 'id');
    for (let from = 0; from < answers.length; from += ANSWERS_A_BATCH)
      await api.post(`${path}/surveys/${survey}/answers`, answers.slice(from, from + ANSWERS_A_BATCH));
  }
  return demo;
}

/** A file never creates ranges, so they must exist before it. They leave no number out. */
async function createSalaryBands(api: DemoApi, path: string): Promise<void> {
  const attribute = await api.post(`${path}/attributes`, { name: 'Salary band', type: 'numbers' });
  const segments = `${path}/attributes/${textIn(attribute, 'id')}/segments`;
  for (const band of SALARY_BANDS) await api.post(segments, { ...band, aliases: [] });
}
