import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { templateUsers } from '../../db/people/templates.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';
import { snapshot } from '../support/snapshot.ts';
import { until } from '../support/until.ts';
import { bodyOf, uploadRaw } from '../support/uploads.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

const sql = openDatabase();
const taskQueue = ownQueue('templates');
let api: TestApi;
let worker: RunningWorker;
beforeAll(async () => {
  [api, worker] = await Promise.all([startApi({ taskQueue }), startWorker({ taskQueue })]);
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await sql.end();
});

/** Texts that a spreadsheet program, a CSV reader or a guard could take for something else. */
const TEXTS = [
  '=1+1',
  "'=1+1",
  "''@x",
  '-5',
  '+46 70',
  '@name',
  "O'Neill",
  'semi;colon',
  'comma,tab\tand "quotes"',
  'two\nlines',
  'TRUE',
  '007',
  '1,234',
  '2026-02-28',
  'Åsa Öström 😀',
  'N/A',
];

/** An error word is no identity. */
const idOf = (text: string): string => (text === 'N/A' ? 'NA' : text.replace(/\s+/g, ' '));

/** A user for each text, with the text as names, external id and department; with dates, numbers and managers. */
async function hostile(): Promise<TestOrganization> {
  const organization = await newOrganization(sql);
  const { id, attributes, uploader } = organization;
  let manager = uploader;
  for (const [i, text] of TEXTS.entries()) {
    const [segment] = await sql<{ id: number }[]>`insert into segments (organization_id, attribute_id, name)
      values (${id}, ${attributes.Department!}, ${text.replace(/\s+/g, ' ')}) returning id`;
    const [user] = await sql<{ id: number }[]>`
      insert into users (organization_id, email, external_id, first_name, last_name, language, participates)
      values (${id}, ${i % 3 === 0 ? null : `p${i}@example.com`}, ${idOf(text)}, ${text}, ${i % 2 ? text : null},
        ${i % 2 ? 'sv' : 'en'}, ${i % 2 === 0}) returning id`;
    const values = {
      [attributes.Department!]: segment!.id,
      [attributes['Employment Date']!]: `20${String(i + 10)}-02-28`,
      [attributes.Salary!]: ['0.1', '-12.5', '1234.567', '1000000'][i % 4]!,
      [attributes.Manager!]: manager,
    };
    await sql`insert into memberships (user_id, organization_id, values, since)
      values (${user!.id}, ${id}, ${sql.json(values)}, '2024-01-01')`;
    manager = user!.id;
  }
  // The external id of one user is the email of another: the wrong name would find the wrong user.
  await sql`insert into users (organization_id, external_id, first_name) values (${id}, 'p1@example.com', 'Decoy')`;
  return organization;
}

async function download(organization: TestOrganization, name: string): Promise<Response> {
  const token = await tokenFor(sql, organization, 'viewer');
  return fetch(`${api.url}/v1/organizations/${organization.id}/templates/${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
}

async function carriedThrough(organization: TestOrganization, csv: Buffer, query: string): Promise<MassEditJson> {
  const token = await tokenFor(sql, organization, 'editor');
  const { links } = await bodyOf(await uploadRaw({ api, organization, token }, csv, query));
  return until('it has ended', async () => {
    const answer = await fetch(api.url + links.self, { headers: { authorization: `Bearer ${token}` } });
    const edit = (await answer.json()) as MassEditJson;
    return edit.state === 'ended' && edit;
  });
}

describe('the edit template', () => {
  it.each(['', '?backdating=true'])(
    'changes nothing if it is uploaded unchanged, with any values and options: %s',
    async (query) => {
      const organization = await hostile();
      const template = await download(organization, `edit-users.csv${query}`);
      expect(template.headers.get('content-disposition')).toContain('filename="edit-users.csv"');
      const csv = Buffer.from(await template.arrayBuffer());
      const { users, memberships } = await snapshot(sql, organization.id);
      const edit = await carriedThrough(organization, csv, '?resetEmptyFields=true&deleteMissingUsers=true');
      const people = TEXTS.length + 2;
      expect(edit).toMatchObject({
        outcome: 'completed',
        counts: {
          read: people,
          unchanged: people,
          created: 0,
          updated: 0,
          refused: 0,
          skipped: 0,
          deleted: 0,
          errors: 0,
        },
      });
      const after = await snapshot(sql, organization.id);
      expect(after.users).toEqual(users);
      expect(after.memberships).toEqual(memberships);
    },
  );

  it('has a date beside each value, if backdating is requested', async () => {
    const organization = await newOrganization(sql);
    const text = await (await download(organization, 'edit-users.csv?backdating=true')).text();
    const [header, uploader] = text.split('\r\n');
    expect(header).toBe(
      'Email;External Id;First name;Last name;Language;Participate in survey;Participate in survey backdate;' +
        ['Department', 'Country', 'Employment Date', 'Salary', 'Manager', 'Mentor']
          .flatMap((n) => [n, `${n} backdate`])
          .join(';'),
    );
    expect(uploader).toBe('hr@example.com;;Hanna;;en;TRUE;;;;;;;;;;;;;');
  });

  it('has every active user once, with any page size', async () => {
    const organization = await hostile();
    await sql`insert into users (organization_id, email, first_name, deleted_at)
      values (${organization.id}, 'gone@example.com', 'Gone', now())`;
    const ids: number[] = [];
    for await (const page of templateUsers(api.db, organization.id, 'allActive', [], 3))
      ids.push(...page.map(({ id }) => id));
    const active = await sql<{ id: number }[]>`select id from users where organization_id = ${organization.id}
      and deleted_at is null order by id`;
    expect(ids).toEqual(active.map(({ id }) => id));
  });
});

describe('the create template', () => {
  it('has an example row that is skipped if it is uploaded', async () => {
    const organization = await newOrganization(sql);
    const template = await download(organization, 'create-users.csv');
    expect(template.headers.get('content-disposition')).toContain('filename="create-users.csv"');
    const csv = Buffer.from(await template.arrayBuffer());
    const edit = await carriedThrough(organization, csv, '');
    expect(edit).toMatchObject({ outcome: 'completed', counts: { read: 1, skipped: 1, created: 0, errors: 0 } });
  });
});

it('templates and downloads need a token of the organization', async () => {
  const [one, other] = [await newOrganization(sql), await newOrganization(sql)];
  const url = `${api.url}/v1/organizations/${one.id}/templates/edit-users.csv`;
  expect((await fetch(url)).status).toBe(401);
  const token = await tokenFor(sql, other, 'admin');
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
});
