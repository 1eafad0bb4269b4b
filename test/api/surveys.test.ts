import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';
import { openDatabase } from '../support/organization.ts';
import { addSegment, addUser, attributeKeys } from '../support/people.ts';

const sql = openDatabase();
let api: TestApi;
let keys: Record<string, number>;
let sales: number;
let support: number;
let survey: string;
let ann: { key: number; id: string };

beforeAll(async () => {
  api = await startApi();
  await api.request('POST', 'attributes', { name: 'Salary', type: 'numbers' });
  keys = await attributeKeys(sql, api.organization.id);
  const idOf = async (name: string): Promise<string> =>
    (await api.request('GET', 'attributes')).body.items.find((item: { name: string }) => item.name === name).id;
  await api.request('POST', `attributes/${await idOf('Salary')}/segments`, { name: 'Low', upper: 30_000 });
  await api.request('POST', `attributes/${await idOf('Salary')}/segments`, { name: 'High', lower: 30_000 });
  await api.request('POST', `attributes/${await idOf('Employment Date')}/segments`, {
    name: 'First year',
    lower: 0,
    upper: 1,
  });
  await api.request('POST', `attributes/${await idOf('Employment Date')}/segments`, { name: 'Longer', lower: 1 });
  await api.request('POST', `attributes/${await idOf('Date of Birth')}/segments`, {
    name: 'Born before 1990',
    upper: '1990-01-01',
  });
  const of = api.organization.id;
  sales = await addSegment(sql, of, keys.Department!, 'Sales');
  support = await addSegment(sql, of, keys.Department!, 'Support');
  ann = await addUser(sql, of, {
    email: 'Ann@example.com',
    values: { [keys.Department!]: sales },
    since: '2026-03-01',
  });
  await addUser(sql, of, {
    externalId: 'K-1',
    values: {
      [keys.Department!]: support,
      [keys.Salary!]: '30000',
      [keys['Employment Date']!]: '2025-04-10',
      [keys['Date of Birth']!]: '1989-12-31',
      [keys.Manager!]: ann.key,
    },
    since: '2025-04-10',
  });
  await sql`insert into membership_periods (organization_id, user_id, attribute_id, period, value)
    values (${of}, ${ann.key}, ${keys.Department!}, '[2026-01-01,2026-03-01)', ${sql.json(support)})`;
});
afterAll(async () => {
  await api.close();
  await sql.end();
});
beforeEach(async () => {
  survey = (await api.request('POST', 'surveys', { name: 'Pulse', sentOn: '2026-04-01' })).body.id;
});

const post = (answers: unknown) => api.request('POST', `surveys/${survey}/answers`, answers);
const report = async (attribute = 'Department') =>
  (await api.request('GET', `surveys/${survey}/report?attribute=${encodeURIComponent(attribute)}`)).body.segments;
const byAnn = (answeredOn: string, more: object) => ({
  userEmail: 'ann@example.com',
  answeredOn,
  question: 'Q',
  ...more,
});
const byKiosk = (answeredOn: string, more: object) => ({ externalId: 'k-1', answeredOn, question: 'Q', ...more });

describe('a survey', () => {
  it('has a name and the day on which it was sent, and is listed', async () => {
    const { status, body } = await api.request('POST', 'surveys', { name: ' Spring ', sentOn: '2026-05-01' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Spring',
      sentOn: '2026-05-01',
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await api.request('GET', 'surveys?limit=200')).body.items).toContainEqual(body);
    expect((await api.request('POST', 'surveys', { name: 'X', sentOn: '2026-02-30' })).status).toBe(422);
  });
});

describe('an answer', () => {
  it('is reported under the memberships of its author on the day: current, earlier, or none', async () => {
    const { status, body } = await post([
      byAnn('2026-03-01', { score: 5, comment: 'now' }),
      byAnn('2026-02-28', { score: 2, comment: 'before' }),
      byAnn('2025-12-31', { score: 1, comment: 'not yet' }),
      byKiosk('2026-04-02', { score: 4 }),
    ]);
    expect([status, body]).toEqual([201, { answers: 4 }]);
    expect(await report()).toEqual([
      { segment: 'Sales', people: 1, answers: 1, meanScore: 5, comments: ['now'] },
      { segment: 'Support', people: 2, answers: 2, meanScore: 3, comments: ['before'] },
      { segment: null, people: 1, answers: 1, meanScore: 1, comments: ['not yet'] },
    ]);
  });

  it('counts in the segment of its score; its comment, and an answer without a score, count in the segment of the comment', async () => {
    await post([
      byAnn('2026-04-02', { score: 4, comment: 'stays' }),
      byAnn('2026-04-02', { comment: 'alone', question: 'What else?' }),
      byAnn('2026-04-02', { score: 2, question: 'And this?' }),
    ]);
    await sql`update answers set score_under = ${sql.json({ [keys.Department!]: support })}
      where score is not null and survey_id = (select id from surveys where public_id = ${survey})`;
    expect(await report()).toEqual([
      { segment: 'Sales', people: 1, answers: 1, meanScore: null, comments: ['stays', 'alone'] },
      { segment: 'Support', people: 1, answers: 2, meanScore: 3, comments: [] },
    ]);
  });

  it('is in ranges: of numbers, of days, and of whole years until the day of the answer', async () => {
    await post([
      byKiosk('2026-04-09', { score: 3 }),
      byKiosk('2026-04-10', { score: 5 }),
      byAnn('2026-04-10', { score: 1 }),
    ]);
    const means = async (attribute: string) =>
      (await report(attribute)).map((row: { segment: string; meanScore: number }) => [row.segment, row.meanScore]);
    expect(await means('employment date')).toEqual([
      ['First year', 3],
      ['Longer', 5],
      [null, 1],
    ]);
    expect(await means('Salary')).toEqual([
      ['High', 4],
      [null, 1],
    ]);
    expect(await means('Date of Birth')).toEqual([
      ['Born before 1990', 4],
      [null, 1],
    ]);
    expect(await means('Manager')).toEqual([
      ['Ann@example.com', 4],
      [null, 1],
    ]);
  });

  it('is stored with the others or not at all, and the first wrong one is named', async () => {
    const good = byAnn('2026-04-02', { score: 5 });
    const wrong: [object, string][] = [
      [byAnn('2026-04-02', { userEmail: 'nobody@example.com', score: 1 }), 'person_not_found'],
      [byKiosk('2026-04-02', { userEmail: 'ann@example.com', score: 1 }), 'person_not_found'],
      [byAnn('2026-04-31', { score: 1 }), 'invalid_value'],
      [byAnn('2026-04-02', { score: 6 }), 'invalid_value'],
      [byAnn('2026-04-02', { score: 2.5 }), 'invalid_value'],
      [byAnn('2026-04-02', {}), 'invalid_value'],
      [byAnn('2026-04-02', { comment: 'a\u0000b' }), 'invalid_value'],
      [byAnn('2026-04-02', { score: 1, question: ' ' }), 'invalid_value'],
      [{ answeredOn: '2026-04-02', question: 'Q', score: 1 }, 'invalid_value'],
    ];
    for (const [answer, code] of wrong) {
      const { status, body } = await post([good, good, answer, good]);
      expect([answer, status, body.code, body.index]).toEqual([answer, 422, code, 2]);
    }
    expect((await post([{ ...good, mood: 'fine' }])).status).toBe(400);
    expect((await post({ answers: [good] })).status).toBe(400);
    expect(await report()).toEqual([]);
  });

  it('of an author without email may have an external id instead of the email', async () => {
    expect((await post([{ userEmail: ' K-1 ', answeredOn: '2026-04-02', question: 'Q', score: 5 }])).status).toBe(201);
  });

  it('stays in the report when its author is deleted, and a deleted author cannot answer', async () => {
    const leaver = await addUser(sql, api.organization.id, {
      email: 'leaver@example.com',
      values: { [keys.Department!]: sales },
    });
    const answer = { userEmail: 'leaver@example.com', answeredOn: '2026-04-02', question: 'Q', score: 3 };
    await post([answer]);
    await sql`update users set deleted_at = now() where id = ${leaver.key}`;
    expect(await report()).toMatchObject([{ segment: 'Sales', people: 1, answers: 1 }]);
    expect((await post([answer])).body.code).toBe('person_not_found');
  });
});

describe('a report', () => {
  it('needs an existing attribute, and a survey of this organization', async () => {
    const unknown = await api.request('GET', `surveys/${survey}/report?attribute=Colour`);
    expect([unknown.status, unknown.body.code]).toEqual([422, 'attribute_unknown']);
    expect((await api.request('GET', `surveys/${survey}/report`)).status).toBe(400);
    const other = await api.newOrganization();
    const path = `/v1/organizations/${other.id}/surveys/${survey}/report?attribute=Department`;
    expect((await api.request('GET', path, undefined, other)).status).toBe(404);
    expect((await api.request('POST', path.replace(/report.*/, 'answers'), [], other)).status).toBe(404);
  });

  it('follows a segment that is renamed', async () => {
    await post([byKiosk('2026-04-02', { score: 4 })]);
    await sql`update segments set name = 'Care' where id = ${support}`;
    expect(await report()).toMatchObject([{ segment: 'Care', answers: 1 }]);
  });
});
