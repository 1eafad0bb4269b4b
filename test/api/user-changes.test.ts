import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUser } from '../support/people.ts';
import { type ApiWithUsers, startApiWithUsers } from '../support/peopled-api.ts';

let api: ApiWithUsers;
beforeAll(async () => {
  api = await startApiWithUsers();
});
afterAll(() => api.close());

describe('a change by hand', () => {
  it('writes all its fields, and nothing else', async () => {
    const { id } = await api.person({ values: { [api.keys.Department!]: api.sales } });
    const before = await api.get(id);
    const { status, body } = await api.patch(id, {
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
        Salary: { value: 31_000.25, segment: null, since: api.today },
        Mentor: { value: 'admin@example.com', since: api.today },
        'Date of Birth': { value: '1990-02-28', since: api.today },
      },
    });
    expect(await api.get(id)).toEqual(body);
  });

  it.each([
    ['firstName', '#CLEAR'],
    ['lastName', ' #clear '],
    ['externalId', '#Clear'],
    ['externalId', 'example-row'],
    ['email', 'Example.Person@example.com'],
  ])('of %s to %s is refused, because no file can hold it', async (field, value) => {
    const { id } = await api.person();
    const { status, body } = await api.patch(id, { [field]: value });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_value', field });
  });

  it('that changes nothing writes nothing', async () => {
    const { id } = await api.person({ values: { [api.keys.Department!]: api.sales, [api.keys.Salary!]: '5' } });
    const before = await api.get(id);
    const same = {
      email: before.email,
      lastName: null,
      language: 'EN',
      attributes: { Department: 'sales', Salary: '5.00', Mentor: null },
    };
    expect((await api.patch(id, same)).body).toEqual(before);
    expect((await api.history(id)).changes).toEqual([]);
    const [row] = await api.sql`select version from users where public_id = ${id}`;
    expect(row!.version).toBe(1);
  });

  it('of an attribute alone changes the version of the user, so that an earlier plan sees it', async () => {
    const { id } = await api.person();
    await api.patch(id, { attributes: { Department: 'Support' } });
    const [row] = await api.sql`select version from users where public_id = ${id}`;
    expect(row!.version).toBe(2);
  });

  it('closes a membership today, and deletes one that began today', async () => {
    const { id } = await api.person({ values: { [api.keys.Department!]: api.sales }, since: '2025-03-01' });
    await api.patch(id, { attributes: { Department: 'Support' } });
    await api.patch(id, { attributes: { Department: null } });
    await api.patch(id, { attributes: { Department: 'SALES' } });
    const { memberships, changes } = await api.history(id);
    expect(memberships).toEqual([
      { attribute: 'Department', segment: 'Sales', value: 'Sales', from: '2025-03-01', to: api.today },
      { attribute: 'Department', segment: 'Sales', value: 'Sales', from: api.today, to: null },
    ]);
    expect(changes.map((change: Record<string, unknown>) => [change.field, change.before, change.after])).toEqual([
      ['Department', 'Sales', 'Support'],
      ['Department', 'Support', null],
      ['Department', null, 'Sales'],
    ]);
  });

  it('is recorded with the caller', async () => {
    const { id } = await api.person({ firstName: 'Old' });
    await api.patch(id, { firstName: 'New', attributes: { Salary: 7 } });
    const { changes } = await api.history(id);
    const rest = { at: expect.stringMatching(/Z$/), massEditId: null, line: null, by: 'admin@example.com' };
    expect(changes).toEqual(
      expect.arrayContaining([
        { ...rest, field: 'firstName', before: 'Old', after: 'New' },
        { ...rest, field: 'Salary', before: null, after: 7 },
      ]),
    );
    expect(changes).toHaveLength(2);
  });

  it('is refused whole if one value would be refused in a row', async () => {
    const { id } = await api.person();
    const before = await api.get(id);
    const refused: [object, string, string?][] = [
      [{ firstName: ' ' }, 'invalid_value', 'REQUIRED_MISSING'],
      [{ firstName: 'a\u0007' }, 'invalid_value', 'CONTROL_CHARACTER'],
      [{ firstName: 'x'.repeat(10_001) }, 'invalid_value', 'TOO_LONG'],
      [{ lastName: '\ud83d' }, 'invalid_value', 'REPLACEMENT_CHARACTER'],
      [{ email: 'no-address' }, 'invalid_value', 'EMAIL_INVALID'],
      [{ email: null }, 'invalid_value', 'NO_IDENTITY'],
      [{ externalId: '1E+17' }, 'invalid_value', 'SCIENTIFIC_NOTATION'],
      [{ language: 'xx' }, 'invalid_value', 'LANGUAGE_UNKNOWN'],
      [{ language: null }, 'invalid_value', 'REQUIRED_MISSING'],
      [{ role: null }, 'invalid_value', 'REQUIRED_MISSING'],
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
      const answer = await api.patch(id, { participates: false, ...body });
      expect([body, answer.status, answer.body.code, answer.body.finding]).toEqual([body, 422, code, finding]);
    }
    for (const body of [{ colour: 'red' }, { participates: 'no' }, { role: 'king' }, { createdAt: '' }]) {
      expect([body, (await api.patch(id, body)).status]).toEqual([body, 400]);
    }
    expect(await api.get(id)).toEqual(before);
  });

  it('takes no email and no external id of another user', async () => {
    await api.person({ email: 'taken@example.com', externalId: 'TAKEN' });
    const { id } = await api.person();
    const email = await api.patch(id, { email: ' Taken@Example.com' });
    expect([email.status, email.body.code]).toEqual([409, 'email_taken']);
    const externalId = await api.patch(id, { externalId: 'taken' });
    expect([externalId.status, externalId.body.code]).toEqual([409, 'external_id_taken']);
    expect((await api.patch(id, { email: null, externalId: 'own' })).body).toMatchObject({
      email: null,
      externalId: 'own',
    });
  });

  it('accepts one of two requests for the same email at once', async () => {
    const users = await Promise.all([api.person(), api.person(), api.person()]);
    const answers = await Promise.all(users.map(({ id }) => api.patch(id, { email: 'wanted@example.com' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('closes no cycle in a hierarchy, and may close one in other attributes', async () => {
    const [ann, bob, cat] = await Promise.all([
      api.person({ externalId: 'ann' }),
      api.person({ externalId: 'bob' }),
      api.person({ externalId: 'cat' }),
    ]);
    expect((await api.patch(ann.id, { attributes: { Manager: 'bob', Mentor: 'bob' } })).status).toBe(200);
    expect((await api.patch(bob.id, { attributes: { Manager: 'CAT', Mentor: 'ann' } })).status).toBe(200);
    const { status, body } = await api.patch(cat.id, { attributes: { Manager: 'ann' } });
    expect([status, body.code]).toEqual([422, 'hierarchy_has_cycle']);
    const mentor = (await api.request('GET', 'attributes')).body.items.find(
      (attribute: { name: string }) => attribute.name === 'Mentor',
    );
    const hierarchy = await api.request('PATCH', `attributes/${mentor.id}`, { hierarchy: true });
    expect([hierarchy.status, hierarchy.body.code]).toEqual([422, 'hierarchy_has_cycle']);
  });

  it('accepts one of two requests that would close a cycle together', async () => {
    const [one, two] = await Promise.all([api.person({ externalId: 'one' }), api.person({ externalId: 'two' })]);
    const answers = await Promise.all([
      api.patch(one.id, { attributes: { Manager: 'two' } }),
      api.patch(two.id, { attributes: { Manager: 'one' } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it('keeps one admin of an organization, also if several step down at once', async () => {
    const other = await api.newOrganization();
    const path = (id: string) => `/v1/organizations/${other.id}/users/${id}`;
    const second = await addUser(api.sql, other.id, { email: 'second@example.com', role: 'admin' });
    const first = (await api.request('GET', `/v1/organizations/${other.id}/users`, undefined, other)).body.items[0];
    const answers = await Promise.all(
      [first.id, second.id].map((id) => api.request('PATCH', path(id), { role: 'user' }, other)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(answers.find(({ status }) => status === 422)!.body.code).toBe('last_admin');
  });
});
