import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ago } from '../support/days.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const HEADER = 'Email;Department;Department backdate';
const QUESTION = 'How are you?';
type Segment = {
  segment: string | null;
  people: number;
  answers: number;
  meanScore: number | null;
  comments: string[];
};
type Told = { organization: Organization; report: () => Promise<Segment[]> };

/** Ann has been in Sales for eighty days, Bo has not. Both have answered a survey, sixty and twenty days ago. */
async function surveyed(): Promise<Told> {
  const organization = await product.newOrganization();
  await organization.run('Email;First name;Department\nann@example.com;Ann;\nbo@example.com;Bo;Finance\n');
  const moved = await organization.run(`${HEADER}\nann@example.com;Sales;${ago(80)}\n`);
  expect(moved.counts).toMatchObject({ read: 1, updated: 1, backdated: 1 });
  const { body: survey } = await organization.json('POST', '/surveys', { name: 'Pulse', sentOn: ago(70) });
  const answer = (days: number, score: number) => ({
    userEmail: 'ann@example.com',
    answeredOn: ago(days),
    question: QUESTION,
    score,
    comment: `${days} days ago`,
  });
  const answers = [answer(60, 2), answer(20, 5)];
  expect((await organization.json('POST', `/surveys/${survey.id}/answers`, answers)).status).toBe(201);
  const report = async () =>
    (await organization.json<{ segments: Segment[] }>('GET', `/surveys/${survey.id}/report?attribute=Department`)).body
      .segments;
  expect(await report()).toMatchObject([{ segment: 'Sales', people: 1, answers: 2, meanScore: 3.5 }]);
  return { organization, report };
}

const stages = (organization: Organization) => organization.history('ann@example.com');

describe('a backdated change', () => {
  it('moves the scores since that day and leaves the comments, and closes the history on that day', async () => {
    const { organization, report } = await surveyed();
    const ended = await organization.run(`${HEADER}\nann@example.com;Legal;${ago(30)}\nbo@example.com;Finance;\n`);
    expect(ended.outcome).toBe('completed');
    expect(ended.counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, segmentsCreated: 1, backdated: 1 });
    expect(await report()).toEqual([
      { segment: 'Legal', people: 1, answers: 1, meanScore: 5, comments: [] },
      { segment: 'Sales', people: 1, answers: 1, meanScore: 2, comments: ['60 days ago', '20 days ago'] },
    ]);
    expect((await organization.user('ann@example.com'))?.attributes.Department).toMatchObject({
      value: 'Legal',
      since: ago(30),
    });
    const { memberships } = await stages(organization);
    const ofDepartment = memberships.map(({ segment, from, to }) => [segment, from, to]);
    expect(ofDepartment).toHaveLength(2);
    expect(ofDepartment).toEqual(
      expect.arrayContaining([
        ['Sales', ago(80), ago(30)],
        ['Legal', ago(30), null],
      ]),
    );
  });

  it('takes the scores out of the segment if the value is cleared', async () => {
    const { organization, report } = await surveyed();
    const ended = await organization.run(`${HEADER}\nann@example.com;#CLEAR;${ago(30)}\n`);
    expect(ended.counts).toMatchObject({ read: 1, updated: 1, backdated: 1 });
    expect(await report()).toEqual([
      { segment: 'Sales', people: 1, answers: 1, meanScore: 2, comments: ['60 days ago', '20 days ago'] },
      { segment: null, people: 1, answers: 1, meanScore: 5, comments: [] },
    ]);
    const { memberships } = await stages(organization);
    expect(memberships.map(({ segment, from, to }) => [segment, from, to])).toEqual([['Sales', ago(80), ago(30)]]);
  });

  it('removes from reports the answers to surveys sent since the day from which a user does not take part', async () => {
    const { organization, report } = await surveyed();
    const before = await report();
    const { body: later } = await organization.json('POST', '/surveys', { name: 'Later', sentOn: ago(25) });
    const users = ['ann@example.com', 'bo@example.com'];
    const answers = users.map((userEmail) => ({ userEmail, answeredOn: ago(20), question: QUESTION, score: 4 }));
    expect((await organization.json('POST', `/surveys/${later.id}/answers`, answers)).status).toBe(201);

    const csv = `Email;Participate in survey;Participate in survey backdate\nann@example.com;FALSE;${ago(30)}\n`;
    const waiting = await organization.toGate(csv, {});
    expect(waiting.gate?.reasons).toMatchObject([{ reason: 'answers_removed', answers: 1, ofAnswers: 4 }]);
    expect((await organization.approve(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.outcome).toBe('completed');
    expect(ended.counts).toMatchObject({ read: 1, updated: 1, backdated: 1, answersRemoved: 1 });
    // Bo’s answer is left: Bo had no segment then. The survey before that day is unchanged.
    const { body } = await organization.json<{ segments: Segment[] }>(
      'GET',
      `/surveys/${later.id}/report?attribute=Department`,
    );
    expect(body.segments).toMatchObject([{ segment: null, people: 1, answers: 1 }]);
    expect(await report()).toEqual(before);
    expect((await organization.user('ann@example.com'))?.participates).toBe(false);
  });

  it('sets the flag but moves nothing if the user takes part from an earlier day', async () => {
    const { organization, report } = await surveyed();
    await organization.run('Email;Participate in survey\nann@example.com;FALSE\n');
    const before = await report();
    const csv = `Email;Participate in survey;Participate in survey backdate\nann@example.com;TRUE;${ago(30)}\n`;
    const ended = await organization.run(csv);
    expect(ended.counts).toMatchObject({ read: 1, updated: 1, backdated: 0, warnings: 1, errors: 0 });
    expect(await organization.findings(ended)).toMatchObject([{ line: 2, code: 'BACKDATE_PARTICIPATION_TRUE' }]);
    expect((await organization.user('ann@example.com'))?.participates).toBe(true);
    expect(await report()).toEqual(before);
  });

  it('is an error of the cell alone if the day is too old, in the future, not a date, or of a new user', async () => {
    const { organization, report } = await surveyed();
    const csv = [
      'Email;First name;Department;Department backdate',
      `ann@example.com;Ann;Legal;${ago(120)}`,
      `bo@example.com;Bo;Legal;${ago(-2)}`,
      `new@example.com;New;Legal;${ago(5)}`,
      `${ADMIN};Hanna;Legal;yesterday`,
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    expect(ended.outcome).toBe('completed_with_errors');
    expect(ended.counts).toMatchObject({ read: 4, created: 1, updated: 3, refused: 0, backdated: 0, errors: 4 });
    const findings = await organization.findings(ended);
    expect(findings.map(({ line, code, column }) => [line, code, column])).toEqual([
      [2, 'BACKDATE_TOO_OLD', 'Department backdate'],
      [3, 'BACKDATE_IN_FUTURE', 'Department backdate'],
      [4, 'BACKDATE_NEW_USER', 'Department backdate'],
      [5, 'BACKDATE_INVALID', 'Department backdate'],
    ]);
    for (const email of ['ann@example.com', 'bo@example.com', 'new@example.com', ADMIN]) {
      expect((await organization.user(email))?.attributes.Department).toMatchObject({ value: 'Legal', since: ago(0) });
    }
    expect(await report()).toMatchObject([{ segment: 'Sales', answers: 2, meanScore: 3.5 }]);
  });
});
