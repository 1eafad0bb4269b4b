import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';
import { openDatabase } from '../support/organization.ts';
import { addPerson, addSegment, attributeKeys } from '../support/people.ts';

const sql = openDatabase();
let api: TestApi;
let keys: Record<string, number>;
let sales: number;
let today: string;
let number = 0;

beforeAll(async () => {
  api = await startApi();
  const salary = await api.request('POST', 'attributes', { name: 'Salary', type: 'numbers' });
  await api.request('POST', `attributes/${salary.body.id}/segments`, { name: 'Low', upper: 30_000 });
  await api.request('POST', 'attributes', { name: 'Mentor', type: 'users' });
  keys = await attributeKeys(sql, api.organization.id);
  sales = await addSegment(sql, api.organization.id, keys.Department!, 'Sales');
  await addSegment(sql, api.organization.id, keys.Department!, 'Support');
  const employed = (await api.request('GET', 'attributes')).body.items.find(
    (attribute: { name: string }) => attribute.name === 'Employment Date',
  );
  await api.request('POST', `attributes/${employed.id}/segments`, { name: 'Under 2 years', lower: 0, upper: 2 });
  const [row] = await sql`select (now() at time zone 'Europe/Stockholm')::date::text as today`;
  today = row!.today;
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const newEmail = () => `person${++number}@example.com`;
const person = (more: Parameters<typeof addPerson>[2] = {}) =>
  addPerson(sql, api.organization.id, { email: newEmail(), ...more });
const get = async (id: string) => (await api.request('GET', `users/${id}`)).body;
const patch = (id: string, body: object) => api.request('PATCH', `users/${id}`, body);
const history = async (id: string) => (await api.request('GET', `users/${id}/history`)).body;

describe('a user', () => {
  it('is shown with today’s values, by the names of attributes', async () => {
    const boss = await person({ externalId: 'B-1', email: null });
    const { id } = await person({
      externalId: ' K-7 ',
      firstName: 'Kim',
      values: {
        [keys.Department!]: sales,
        [keys['Employment Date']!]: '2010-06-30',
        [keys.Salary!]: '29999.5',
        [keys.Manager!]: boss.key,
      },
    });
    await sql`update memberships set since_of = ${sql.json({ [keys.Salary!]: '2026-02-03' })}
      where user_id = (select id from users where public_id = ${id})`;
    expect(await get(id)).toEqual({
      id,
      email: `person${number}@example.com`,
      externalId: ' K-7 ',
      firstName: 'Kim',
      lastName: null,
      language: 'en',
      participates: true,
      role: 'user',
      attributes: {
        Department: { value: 'Sales', segment: 'Sales', since: '2024-01-01' },
        'Employment Date': { value: '2010-06-30', segment: null, since: '2024-01-01' },
        Salary: { value: 29999.5, segment: 'Low', since: '2026-02-03' },
        Manager: { value: 'B-1', segment: 'B-1', userId: boss.id, since: '2024-01-01' },
      },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      deletedAt: null,
    });
  });

  it('has a tenure of whole years until today, and a number that JSON cannot hold as text', async () => {
    const { id } = await person({
      values: { [keys['Employment Date']!]: today, [keys.Salary!]: '12345678901234567890.5' },
    });
    const { attributes } = await get(id);
    expect(attributes['Employment Date'].segment).toBe('Under 2 years');
    expect(attributes.Salary).toMatchObject({ value: '12345678901234567890.5', segment: null });
  });

  it('is found by email and by external id without regard to case and outer spaces, and by nothing like them', async () => {
    const { id } = await person({ email: 'Åsa.Öberg@Example.com', externalId: 'Ä-9' });
    const find = async (query: string) =>
      (await api.request('GET', `users?${query}`)).body.items.map((user: { id: string }) => user.id);
    expect(await find(`email=${encodeURIComponent(' ÅSA.ÖBERG@example.com ')}`)).toEqual([id]);
    expect(await find(`externalId=${encodeURIComponent('ä-9')}`)).toEqual([id]);
    expect(await find(`email=${encodeURIComponent('åsa')}`)).toEqual([]);
    expect(await find(`email=${encodeURIComponent('åsa.öberg@example.com')}&externalId=other`)).toEqual([]);
    expect((await api.request('GET', 'users?email=%00')).status).toBe(422);
  });

  it('is listed page by page, each once', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: { items: { id: string }[]; nextCursor: string | null } } = await api.request(
        'GET',
        `users?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      ids.push(...body.items.map((user) => user.id));
      cursor = body.nextCursor;
    }
    const [row] = await sql`select count(*)::int as living from users
      where organization_id = ${api.organization.id} and deleted_at is null`;
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(row!.living);
  });

  it('of another organization is not there', async () => {
    const other = await api.newOrganization();
    const { id } = await addPerson(sql, other.id, { email: 'far@example.com' });
    expect((await api.request('GET', `users/${id}`)).status).toBe(404);
    expect((await patch(id, { firstName: 'X' })).status).toBe(404);
    expect((await api.request('GET', `users/${id}/history`)).status).toBe(404);
    expect((await api.request('GET', 'users?email=far@example.com')).body.items).toEqual([]);
  });
});

describe('a change by hand', () => {
  it('writes all that it names, and nothing else', async () => {
    const { id } = await person({ values: { [keys.Department!]: sales } });
    const before = await get(id);
    const { status, body } = await patch(id, {
      firstName: ' Anna ',
      lastName: 'Åkesson',
      email: 'anna@example.com',
      externalId: 'A-1',
      language: 'SV',
      participates: false,
      role: 'admin',
      attributes: { salary: 31_000.25, Mentor: 'admin@example.com', 'Date of Birth': '1990-02-28' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      firstName: 'Anna',
      lastName: 'Åkesson',
      email: 'anna@example.com',
      externalId: 'A-1',
      language: 'sv',
      participates: false,
      role: 'admin',
      attributes: {
        Department: before.attributes.Department,
        Salary: { value: 31_000.25, segment: null, since: today },
        Mentor: { value: 'admin@example.com', since: today },
        'Date of Birth': { value: '1990-02-28', since: today },
      },
    });
    expect(await get(id)).toEqual(body);
  });

  it('that changes nothing writes nothing', async () => {
    const { id } = await person({ values: { [keys.Department!]: sales, [keys.Salary!]: '5' } });
    const before = await get(id);
    const same = {
      email: before.email,
      lastName: null,
      language: 'EN',
      attributes: { Department: 'sales', Salary: '5.00', Mentor: null },
    };
    expect((await patch(id, same)).body).toEqual(before);
    expect((await history(id)).changes).toEqual([]);
    const [row] = await sql`select version from users where public_id = ${id}`;
    expect(row!.version).toBe(1);
  });

  it('of an attribute alone moves the person’s version, so that a plan made before knows', async () => {
    const { id } = await person();
    await patch(id, { attributes: { Department: 'Support' } });
    const [row] = await sql`select version from users where public_id = ${id}`;
    expect(row!.version).toBe(2);
  });

  it('closes a membership today, and keeps nothing of one that began today', async () => {
    const { id } = await person({ values: { [keys.Department!]: sales }, since: '2025-03-01' });
    await patch(id, { attributes: { Department: 'Support' } });
    await patch(id, { attributes: { Department: null } });
    await patch(id, { attributes: { Department: 'SALES' } });
    const { memberships, changes } = await history(id);
    expect(memberships).toEqual([
      { attribute: 'Department', segment: 'Sales', value: 'Sales', from: '2025-03-01', to: today },
      { attribute: 'Department', segment: 'Sales', value: 'Sales', from: today, to: null },
    ]);
    expect(changes.map((change: Record<string, unknown>) => [change.field, change.before, change.after])).toEqual([
      ['Department', 'Sales', 'Support'],
      ['Department', 'Support', null],
      ['Department', null, 'Sales'],
    ]);
  });

  it('is recorded with who did it', async () => {
    const { id } = await person({ firstName: 'Old' });
    await patch(id, { firstName: 'New', attributes: { Salary: 7 } });
    const { changes } = await history(id);
    const rest = { at: expect.stringMatching(/Z$/), massEditId: null, line: null, by: 'admin@example.com' };
    expect(changes).toEqual(
      expect.arrayContaining([
        { ...rest, field: 'firstName', before: 'Old', after: 'New' },
        { ...rest, field: 'Salary', before: null, after: 7 },
      ]),
    );
    expect(changes).toHaveLength(2);
  });

  it('is refused whole where one value would be refused in a row', async () => {
    const { id } = await person();
    const before = await get(id);
    const refused: [object, string, string?][] = [
      [{ firstName: ' ' }, 'invalid_value', 'REQUIRED_MISSING'],
      [{ firstName: 'a\u0007' }, 'invalid_value', 'CONTROL_CHARACTER'],
      [{ firstName: 'x'.repeat(10_001) }, 'invalid_value', 'TOO_LONG'],
      [{ lastName: '\ud83d' }, 'invalid_value', 'REPLACEMENT_CHARACTER'],
      [{ email: 'nobody' }, 'invalid_value', 'EMAIL_INVALID'],
      [{ email: null }, 'invalid_value', 'NO_IDENTITY'],
      [{ externalId: '1E+17' }, 'invalid_value', 'SCIENTIFIC_NOTATION'],
      [{ language: 'xx' }, 'invalid_value', 'LANGUAGE_UNKNOWN'],
      [{ attributes: { Salary: '1,234' } }, 'invalid_value', 'NUMBER_AMBIGUOUS'],
      [{ attributes: { Salary: 'much' } }, 'invalid_value', 'NUMBER_INVALID'],
      [{ attributes: { 'Date of Birth': '2026-02-30' } }, 'invalid_value', 'DATE_INVALID'],
      [{ attributes: { 'Date of Birth': 45292 } }, 'invalid_value', 'DATE_INVALID'],
      [{ attributes: { Department: '' } }, 'invalid_value', 'REQUIRED_MISSING'],
      [{ attributes: { Department: 'Sails' } }, 'segment_unknown'],
      [{ attributes: { Colour: 'red' } }, 'attribute_unknown'],
      [{ attributes: { Salary: 1, SALARY: 2 } }, 'invalid_value'],
      [{ attributes: { Manager: 'nobody@example.com' } }, 'person_not_found'],
      [{ attributes: { Mentor: before.email } }, 'person_is_self'],
    ];
    for (const [body, code, finding] of refused) {
      const answer = await patch(id, { participates: false, ...body });
      expect([body, answer.status, answer.body.code, answer.body.finding]).toEqual([body, 422, code, finding]);
    }
    for (const body of [
      { colour: 'red' },
      { participates: 'no' },
      { role: 'king' },
      { language: null },
      { createdAt: '' },
    ]) {
      expect([body, (await patch(id, body)).status]).toEqual([body, 400]);
    }
    expect(await get(id)).toEqual(before);
  });

  it('takes no email and no external id that somebody else has', async () => {
    await person({ email: 'taken@example.com', externalId: 'TAKEN' });
    const { id } = await person();
    const email = await patch(id, { email: ' Taken@Example.com' });
    expect([email.status, email.body.code]).toEqual([409, 'email_taken']);
    const externalId = await patch(id, { externalId: 'taken' });
    expect([externalId.status, externalId.body.code]).toEqual([409, 'external_id_taken']);
    expect((await patch(id, { email: null, externalId: 'own' })).body).toMatchObject({
      email: null,
      externalId: 'own',
    });
  });

  it('takes one of two who want the same email at once', async () => {
    const people = await Promise.all([person(), person(), person()]);
    const answers = await Promise.all(people.map(({ id }) => patch(id, { email: 'wanted@example.com' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('closes no cycle in a hierarchy, and may close one elsewhere', async () => {
    const [ann, bob, cat] = await Promise.all([
      person({ externalId: 'ann' }),
      person({ externalId: 'bob' }),
      person({ externalId: 'cat' }),
    ]);
    expect((await patch(ann.id, { attributes: { Manager: 'bob', Mentor: 'bob' } })).status).toBe(200);
    expect((await patch(bob.id, { attributes: { Manager: 'CAT', Mentor: 'ann' } })).status).toBe(200);
    const { status, body } = await patch(cat.id, { attributes: { Manager: 'ann' } });
    expect([status, body.code]).toEqual([422, 'hierarchy_has_cycle']);
    const mentor = (await api.request('GET', 'attributes')).body.items.find(
      (attribute: { name: string }) => attribute.name === 'Mentor',
    );
    const hierarchy = await api.request('PATCH', `attributes/${mentor.id}`, { hierarchy: true });
    expect([hierarchy.status, hierarchy.body.code]).toEqual([422, 'hierarchy_has_cycle']);
  });

  it('lets one of two through that would close a cycle together', async () => {
    const [one, two] = await Promise.all([person({ externalId: 'one' }), person({ externalId: 'two' })]);
    const answers = await Promise.all([
      patch(one.id, { attributes: { Manager: 'two' } }),
      patch(two.id, { attributes: { Manager: 'one' } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('leaves an organization with an admin, whoever steps down at once', async () => {
    const other = await api.newOrganization();
    const path = (id: string) => `/v1/organizations/${other.id}/users/${id}`;
    const second = await addPerson(sql, other.id, { email: 'second@example.com', role: 'admin' });
    const first = (await api.request('GET', `/v1/organizations/${other.id}/users`, undefined, other)).body.items[0];
    const answers = await Promise.all(
      [first.id, second.id].map((id) => api.request('PATCH', path(id), { role: 'user' }, other)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(answers.find(({ status }) => status === 422)!.body.code).toBe('last_admin');
  });
});

describe('the history', () => {
  it('tells what mass edits have done, once the stage has passed the person', async () => {
    const passed = await person();
    const waiting = await person();
    const massEditId = await plannedEdit([passed.key, waiting.key], passed.key);
    const rest = { massEditId, by: 'admin@example.com' };
    const { changes } = await history(passed.id);
    expect(changes).toEqual([
      { ...rest, at: '2026-01-02T05:00:00.000Z', line: 2, field: 'lastName', before: null, after: 'Ny' },
      { ...rest, at: '2026-01-02T06:00:00.000Z', line: 2, field: 'Department', before: null, after: 'Sales' },
      {
        ...rest,
        at: '2026-01-02T07:00:00.000Z',
        line: 2,
        field: 'Department backdate',
        before: null,
        after: '2025-12-24',
      },
    ]);
    expect((await history(waiting.id)).changes).toEqual([]);
  });

  /** A mass edit that plans the same for everybody, whose stages have come to one of them. */
  async function plannedEdit(people: number[], cursor: number): Promise<string> {
    const of = api.organization.id;
    const [file] = await sql`insert into files (organization_id) values (${of}) returning id`;
    const [edit] = await sql`
      insert into mass_edits (organization_id, state, file_id, file_name, size_bytes, sha256, reset_empty_fields,
        delete_missing_users, review, approval_timeout_ms, started_by)
      select ${of}, 'applying', ${file!.id}, 'f.csv', 1, 'x', false, false, 'deletions', 1, id
      from users where organization_id = ${of} and email = 'admin@example.com' returning id, public_id`;
    for (const number of [5, 6, 7]) {
      await sql`insert into stages (mass_edit_id, organization_id, number, status, step, cursor, started_at)
        values (${edit!.id}, ${of}, ${number}, 'running', 1, ${cursor}, ${`2026-01-02T0${number}:00:00Z`})`;
    }
    for (const [i, user] of people.entries()) {
      await sql`insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, before, after, attributes_after, backdates)
        values (${edit!.id}, ${of}, ${i + 2}, 'update', ${user}, ${sql.json({ lastName: null })}, ${sql.json({ lastName: 'Ny' })},
          ${sql.json({ [keys.Department!]: sales })}, ${sql.json({ [keys.Department!]: '2025-12-24' })})`;
    }
    return edit!.public_id;
  }
});

describe('a deleted user', () => {
  it('is listed among the deleted alone, changes no more, and their token ends', async () => {
    const { id } = await person({ email: 'gone@example.com' });
    const { body: token } = await api.request('POST', 'tokens', {
      userEmail: 'gone@example.com',
      role: 'viewer',
      name: 'x',
    });
    await sql`update users set deleted_at = now() where public_id = ${id}`;
    expect((await api.request('GET', 'users?email=gone@example.com')).body.items).toEqual([]);
    const deleted = (await api.request('GET', 'users?email=gone@example.com&deleted=true')).body.items;
    expect(deleted).toMatchObject([{ id, deletedAt: expect.stringMatching(/Z$/) }]);
    expect((await patch(id, { firstName: 'X' })).status).toBe(404);
    expect((await api.request('GET', 'attributes', undefined, token)).status).toBe(401);
  });

  it('comes back as they were, without whom has been deleted since, and it is recorded', async () => {
    const boss = await person({ deletedDaysAgo: 1 });
    const { id } = await person({
      deletedDaysAgo: 29,
      values: { [keys.Department!]: sales, [keys.Manager!]: boss.key },
    });
    const { status, body } = await api.request('POST', `users/${id}/restoration`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, deletedAt: null, attributes: { Department: { value: 'Sales' } } });
    expect(body.attributes).not.toHaveProperty('Manager');
    const { changes } = await history(id);
    expect(changes).toContainEqual(expect.objectContaining({ field: 'deleted', before: true, after: false }));
    expect(changes).toContainEqual(expect.objectContaining({ field: 'Manager', after: null }));
  });

  it('does not come back twice, after 30 days, or to an email that is somebody else’s by now', async () => {
    const restore = async (id: string) => {
      const { status, body } = await api.request('POST', `users/${id}/restoration`);
      return [status, body.code];
    };
    expect(await restore((await person()).id)).toEqual([409, 'not_deleted']);
    const old = await person({ deletedDaysAgo: 31 });
    expect(await restore(old.id)).toEqual([404, 'not_found']);
    expect((await api.request('GET', `users/${old.id}`)).status).toBe(404);
    const replaced = await person({ email: 'again@example.com', deletedDaysAgo: 2 });
    await person({ email: 'Again@example.com' });
    expect(await restore(replaced.id)).toEqual([409, 'email_taken']);
    const sameId = await person({ externalId: 'again', deletedDaysAgo: 2 });
    await person({ externalId: 'AGAIN' });
    expect(await restore(sameId.id)).toEqual([409, 'external_id_taken']);
  });
});
