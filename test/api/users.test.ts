import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSegment, addUser } from '../support/people.ts';
import { type ApiWithUsers, startApiWithUsers } from '../support/peopled-api.ts';

let api: ApiWithUsers;
beforeAll(async () => {
  api = await startApiWithUsers();
});
afterAll(() => api.close());

describe('a user', () => {
  it('is shown with today’s values, by the names of attributes', async () => {
    const boss = await api.person({ externalId: 'B-1', email: null });
    const { id } = await api.person({
      externalId: ' K-7 ',
      firstName: 'Kim',
      values: {
        [api.keys.Department!]: api.sales,
        [api.keys['Employment Date']!]: '2010-06-30',
        [api.keys.Salary!]: '29999.5',
        [api.keys.Manager!]: boss.key,
      },
    });
    await api.sql`update memberships set since_of = ${api.sql.json({ [api.keys.Salary!]: '2026-02-03' })}
      where user_id = (select id from users where public_id = ${id})`;
    expect(await api.get(id)).toEqual({
      id,
      email: expect.stringContaining('@example.com'),
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
    const { id } = await api.person({
      values: { [api.keys['Employment Date']!]: api.today, [api.keys.Salary!]: '12345678901234567890.5' },
    });
    const { attributes } = await api.get(id);
    expect(attributes['Employment Date'].segment).toBe('Under 2 years');
    expect(attributes.Salary).toMatchObject({ value: '12345678901234567890.5', segment: null });
  });

  it('is in a segment whose name looks like a number', async () => {
    const { id } = await api.person();
    await addSegment(api.sql, api.organization.id, api.keys.Department!, '0042');
    const { body } = await api.patch(id, { attributes: { Department: '0042' } });
    expect(body.attributes.Department).toMatchObject({ value: '0042', segment: '0042' });
    expect((await api.history(id)).memberships[0].segment).toBe('0042');
  });

  it('is found by email and by external id, without regard to case and outer spaces, and by no other text', async () => {
    const { id } = await api.person({ email: 'Åsa.Öberg@Example.com', externalId: 'Ä-9' });
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
    const [row] = await api.sql`select count(*)::int as active from users
      where organization_id = ${api.organization.id} and deleted_at is null`;
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(row!.active);
  });

  it('of another organization is not found', async () => {
    const other = await api.newOrganization();
    const { id } = await addUser(api.sql, other.id, { email: 'far@example.com' });
    expect((await api.request('GET', `users/${id}`)).status).toBe(404);
    expect((await api.patch(id, { firstName: 'X' })).status).toBe(404);
    expect((await api.request('GET', `users/${id}/history`)).status).toBe(404);
    expect((await api.request('GET', 'users?email=far@example.com')).body.items).toEqual([]);
  });
});

describe('the history', () => {
  it('has the changes of mass edits, after the stage has passed the user', async () => {
    const passed = await api.person();
    const waiting = await api.person();
    const massEditId = await plannedEdit([passed.key, waiting.key], passed.key);
    const rest = { massEditId, by: 'admin@example.com' };
    const { changes } = await api.history(passed.id);
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
    expect((await api.history(waiting.id)).changes).toEqual([]);
  });

  /** A mass edit that plans the same for all users, whose stages have reached one of them. */
  async function plannedEdit(users: number[], cursor: number): Promise<string> {
    const of = api.organization.id;
    const [file] = await api.sql`insert into files (organization_id) values (${of}) returning id`;
    const [edit] = await api.sql`
      insert into mass_edits (organization_id, state, file_id, file_name, size_bytes, sha256, reset_empty_fields,
        delete_missing_users, review, approval_timeout_ms, started_by)
      select ${of}, 'applying', ${file!.id}, 'f.csv', 1, 'x', false, false, 'deletions', 1, id
      from users where organization_id = ${of} and email = 'admin@example.com' returning id, public_id`;
    for (const number of [5, 6, 7]) {
      await api.sql`insert into stages (mass_edit_id, organization_id, number, status, step, cursor, started_at)
        values (${edit!.id}, ${of}, ${number}, 'running', 1, ${cursor}, ${`2026-01-02T0${number}:00:00Z`})`;
    }
    for (const [i, user] of users.entries()) {
      await api.sql`insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, before, last_name, attributes_after, backdates)
        values (${edit!.id}, ${of}, ${i + 2}, 'update', ${user}, ${api.sql.json({ lastName: null })}, 'Ny',
          ${api.sql.json({ [api.keys.Department!]: api.sales })}, ${api.sql.json({ [api.keys.Department!]: '2025-12-24' })})`;
    }
    return edit!.public_id;
  }
});

describe('a deleted user', () => {
  it('is listed among the deleted only and cannot be changed, and the user’s tokens end', async () => {
    const { id } = await api.person({ email: 'gone@example.com' });
    const { body: token } = await api.request('POST', 'tokens', {
      userEmail: 'gone@example.com',
      role: 'viewer',
      name: 'x',
    });
    await api.sql`update users set deleted_at = now() where public_id = ${id}`;
    expect((await api.request('GET', 'users?email=gone@example.com')).body.items).toEqual([]);
    const deleted = (await api.request('GET', 'users?email=gone@example.com&deleted=true')).body.items;
    expect(deleted).toMatchObject([{ id, deletedAt: expect.stringMatching(/Z$/) }]);
    expect((await api.patch(id, { firstName: 'X' })).status).toBe(404);
    expect((await api.request('GET', 'attributes', undefined, token)).status).toBe(401);
  });

  it('is restored with the old values, without references to users deleted since, and this is recorded', async () => {
    const boss = await api.person({ deletedDaysAgo: 1 });
    const { id } = await api.person({
      deletedDaysAgo: 29,
      values: { [api.keys.Department!]: api.sales, [api.keys.Manager!]: boss.key },
    });
    const { status, body } = await api.request('POST', `users/${id}/restoration`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, deletedAt: null, attributes: { Department: { value: 'Sales' } } });
    expect(body.attributes).not.toHaveProperty('Manager');
    const { changes } = await api.history(id);
    expect(changes).toContainEqual(expect.objectContaining({ field: 'deleted', before: true, after: false }));
    expect(changes).toContainEqual(expect.objectContaining({ field: 'Manager', after: null }));
  });

  it('cannot be restored twice, after 30 days, or with an email that another user has by now', async () => {
    const restore = async (id: string) => {
      const { status, body } = await api.request('POST', `users/${id}/restoration`);
      return [status, body.code];
    };
    expect(await restore((await api.person()).id)).toEqual([409, 'not_deleted']);
    const old = await api.person({ deletedDaysAgo: 31 });
    expect(await restore(old.id)).toEqual([404, 'not_found']);
    expect((await api.request('GET', `users/${old.id}`)).status).toBe(404);
    const replaced = await api.person({ email: 'again@example.com', deletedDaysAgo: 2 });
    await api.person({ email: 'Again@example.com' });
    expect(await restore(replaced.id)).toEqual([409, 'email_taken']);
    const sameId = await api.person({ externalId: 'again', deletedDaysAgo: 2 });
    await api.person({ externalId: 'AGAIN' });
    expect(await restore(sameId.id)).toEqual([409, 'external_id_taken']);
  });
});
