import type postgres from 'postgres';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import type { MassEditRef, Options } from '../../workflows/contract.ts';
import { storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { argumentOf, IN_ORDER, runActivity, shownAt } from '../support/stage.ts';

/** Users in the file; each is the manager of six others. */
export const PEOPLE = 1_000;
/** Small, so that there are twenty chunks. */
export const CHUNK_ROWS = 50;
const SPAN = 6;
const HEADER = 'Email;External Id;First name;Last name;Department;Country;Employment Date;Salary;Manager;Mentor';

/** One of the mass edits in which every statement must be linear. */
export type Edit = {
  name: string;
  csv: string;
  options?: Partial<Options>;
  /** The writes of others between the plan and the first applying stage. */
  meanwhile?: (sql: postgres.Sql, organization: TestOrganization) => Promise<unknown>;
};

type Row = { [Column in 'first' | 'last' | 'department' | 'salary' | 'manager']?: string };
const email = (i: number): string => `p${i}@example.com`;

/** A row in the order of the header; `given` replaces the values of the first file. */
function line(i: number, given: Row = {}): string {
  const row = {
    first: `First ${i}`,
    last: `Last ${i}`,
    department: `Department ${i % 50}`,
    salary: String(30_000 + i),
    manager: i === 0 ? '' : email(Math.floor((i - 1) / SPAN)),
    ...given,
  };
  const mentor = i % 3 === 0 ? email((i + 1) % PEOPLE) : '';
  return [
    ...[email(i), `E-${i}`, row.first, row.last, row.department, `Country ${i % 20}`, '2024-02-29', row.salary],
    ...[row.manager, mentor],
  ].join(';');
}

const everyone = (given?: (i: number) => Row, except: (i: number) => boolean = () => false): string[] =>
  Array.from({ length: PEOPLE }, (_, i) => i)
    .filter((i) => !except(i))
    .map((i) => line(i, given?.(i)));
const csv = (lines: readonly string[], header = HEADER): string => `${header}\n${lines.join('\n')}\n`;

export const tenUsers: Edit = {
  name: 'ten people',
  csv: csv(Array.from({ length: 10 }, (_, i) => `;Z-${i};Ten;;Department 1;;;;;`)),
};

/** Twenty users are missing, each the manager of six others. */
const isMissing = (i: number): boolean => i < 160 && i % 8 === 3;

/** All kinds of mass edits of one organization, one after the other. */
export function edits(today: Date): Edit[] {
  const day = (ago: number): string => new Date(today.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
  return [
    { name: 'initial', csv: csv(everyone()) },
    { name: 'identical', csv: csv(everyone()) },
    {
      name: 'changes of all',
      csv: csv(
        everyone((i) => ({
          first: `Other ${i}`,
          department: `Department ${(i + 1) % 60}`,
          salary: String(40_000 + i),
          manager: i < 2 ? '' : email(Math.floor((i - 2) / SPAN)),
        })),
      ),
    },
    {
      name: 'identities without some of their letters',
      csv: csv([line(0), ...Array.from({ length: PEOPLE }, (_, i) => `;?-${i};;;;;;;;`)]),
    },
    {
      name: 'deletions',
      csv: csv(everyone(undefined, isMissing).map((row) => row.replace(/;[^;]*;[^;]*$/, ';;'))),
      options: { deleteMissingUsers: true },
    },
    { name: 'restore', csv: csv(everyone(undefined, (i) => !isMissing(i))) },
    {
      name: 'deletions of people that rows name',
      csv: csv(everyone(undefined, isMissing)),
      options: { deleteMissingUsers: true },
    },
    {
      name: 'reset',
      csv: csv(everyone(() => ({ last: '', department: '', salary: '', manager: '' }))),
      options: { resetEmptyFields: true },
    },
    {
      name: 'backdating',
      csv: csv(
        everyone((i) => ({ department: `Department ${i % 40}` })).map((row) => `${row};${day(30)};${day(20)}`),
        `${HEADER};Department backdate;Salary backdate`,
      ),
    },
    {
      name: 'participation ends',
      csv: csv(
        Array.from({ length: PEOPLE }, (_, i) => `${email(i)};FALSE;${day(10)}`),
        'Email;Participate in survey;Participate in survey backdate',
      ),
    },
    {
      name: 'participation begins again',
      csv: csv(
        Array.from({ length: PEOPLE }, (_, i) => `${email(i)};TRUE;Department ${i % 30};${day(40)}`),
        'Email;Participate in survey;Department;Department backdate',
      ),
    },
    {
      name: 'refused rows',
      csv: csv(
        everyone((i) => ({
          first: `Again ${i}`,
          manager: i % 4 === 0 ? 'no-one@example.com' : email(i % 2 === 0 ? i + 1 : i - 1),
        })),
      ),
    },
    {
      name: 'error log',
      csv: csv(
        Array.from(
          { length: PEOPLE },
          (_, i) => `${email(i)};no-one${i}@example.com;${i + 2};error;PERSON_NOT_FOUND;Manager;;`,
        ),
        'Email;Manager;_line;_severity;_code;_column;_value;_message',
      ),
    },
    { name: 'last names', csv: csv(everyone((i) => ({ last: `Last ${i}` }))) },
    {
      name: 'identities spelled otherwise, and new users with the names of missing ones',
      csv: csv([
        ...everyone((i) => ({ last: `Last ${i}`, manager: i ? `Name <${email(i - 1)}>` : '' }), isMissing).map(
          (row, i) => (i % 2 === 0 ? row : row.replace(/^[^;]*;E/, ';#E')),
        ),
        ...Array.from({ length: PEOPLE }, (_, i) => `q${i}@example.com;;First ${i};Last ${i};;;;;;`),
      ]),
      options: { deleteMissingUsers: true },
    },
    {
      // The new segments are more than a tenth of the cells, and the last row names an existing one: all rows are read.
      name: 'names of another system',
      csv: csv(everyone((i) => ({ department: i === PEOPLE - 1 ? 'Department 1' : `Unit ${i % 150}` }))),
    },
    {
      name: 'others in between',
      csv: csv([
        ...everyone((i) => ({ first: `Third ${i}`, department: `Late ${i % 100}`, manager: i ? email(i - 1) : '' })),
        ...Array.from({ length: PEOPLE / 2 }, (_, i) => line(PEOPLE + i, { department: `Late ${i % 100}` })),
      ]),
      meanwhile: othersInBetween,
    },
  ];
}

/**
 * Other writers change every tenth user, take the email of every tenth new user, and create half of the new segments.
 */
async function othersInBetween(sql: postgres.Sql, { id, attributes }: TestOrganization): Promise<void> {
  await sql`update users set last_name = 'Other' where organization_id = ${id} and email like '%7@example.com'`;
  await sql`insert into users (organization_id, email, first_name)
    select ${id}, 'p' || n || '@example.com', 'Quicker' from generate_series(${PEOPLE}::int, ${PEOPLE + PEOPLE / 2 - 1}::int, 10) n`;
  await sql`insert into segments (organization_id, attribute_id, name)
    select ${id}, ${attributes.Department!}, 'Late ' || n from generate_series(0, 50) n`;
}

/** Two tokens and two sessions for each user of the organization. They end with the users. */
export async function withTokens(sql: postgres.Sql, { id }: TestOrganization): Promise<void> {
  await sql`insert into tokens (organization_id, user_id, role, name, hash)
    select u.organization_id, u.id, 'viewer', 'plan', sha256(convert_to(u.id || ' ' || n || ' ' || now(), 'UTF8'))
    from users u, generate_series(1, 2) n where u.organization_id = ${id}`;
  await sql`insert into sessions (organization_id, token_id, hash, expires_at)
    select t.organization_id, t.id, t.hash, now() + interval '1 hour' from tokens t where t.organization_id = ${id} and t.name = 'plan'
    on conflict do nothing`;
}

/** Surveys that all users of the organization have answered, before and after the backdates of the files. */
export async function answered(sql: postgres.Sql, { id }: TestOrganization): Promise<void> {
  await sql`insert into surveys (organization_id, name, sent_on)
    select ${id}, 'Pulse ' || n, current_date - n from generate_series(5, 65, 20) n`;
  await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, score_under, comment_under)
    select ${id}, s.id, u.id, s.sent_on + 1, 'How?', 3, '{}', '{}' from surveys s, users u
    where s.organization_id = ${id} and u.organization_id = ${id}`;
}

/** Runs a mass edit through its stages, as the workflow does, and approves its deletions. */
export async function runStages(
  deps: StageDeps,
  sql: postgres.Sql,
  organization: TestOrganization,
  edit: Edit,
): Promise<void> {
  const { id, massEditId } = await storeMassEdit(sql, organization, edit.csv, edit.options);
  const ref: MassEditRef = { organizationId: organization.id, massEditId };
  const shown = shownAt(sql, id);
  for (const step of IN_ORDER) {
    if (step === 'recordDecision') {
      await edit.meanwhile?.(sql, organization);
      const [{ state }] = (await sql`select state from mass_edits where id = ${id}`) as unknown as [{ state: string }];
      if (state !== 'awaiting_approval') continue; // nothing to approve
    }
    await runActivity(deps, step, ref, 1, await argumentOf(step, shown));
  }
}
