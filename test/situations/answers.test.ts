import { expect } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { ago } from '../support/days.ts';
import type { Organization } from '../support/product.ts';
import { playSituations, type Situation, withoutBob } from './situation.ts';
import { type Answered, report, reported, survey } from './surveys.ts';

const BOB = 'bob@acme.test';
const CAT = 'cat@acme.test';
const EVE = 'eve@acme.test';
const HEADER = 'Email;Participate in survey;Participate in survey backdate';
const PULSE: Answered[] = [
  { person: BOB, comment: 'Well' },
  { person: BOB, score: null, comment: 'Really' },
  { person: CAT },
];
const pulse = (acme: Organization) => survey(acme, 'Pulse', 20, PULSE);
/** An approved mass edit removes Bob's two answers from reports. */
const withoutBobsAnswers = async (acme: Organization): Promise<void> => {
  await pulse(acme);
  const waiting = await acme.toGate(`${HEADER}\n${BOB};FALSE;${ago(30)}\n`, {});
  expect((await acme.approve(waiting)).status).toBe(202);
  expect((await acme.reaches(waiting, 'ended')).counts.answersRemoved).toBe(2);
  expect(await reported(acme, 'Pulse')).toBe(1);
};
const reasonsOf = ({ gate }: MassEditJson) => gate?.reasons;

/** Sixty users. 43 of them answer five surveys since the day (215 answers, 11 with a comment) and one before. */
const MANY = Array.from({ length: 60 }, (_, i) => `many${i}@acme.test`);
const sixtyUsers = async (acme: Organization): Promise<void> => {
  const created = await acme.run(`Email;First name\n${MANY.map((email) => `${email};Many`).join('\n')}\n`);
  expect(created.counts.created).toBe(60);
  const all = MANY.slice(0, 43).map((user) => ({ person: user }));
  for (const [name, sent] of [
    ['One', 10],
    ['Two', 20],
    ['Three', 30],
    ['Four', 40],
  ] as const)
    await survey(acme, name, sent, all);
  await survey(
    acme,
    'Five',
    50,
    all.map((one, i) => (i < 11 ? { ...one, comment: `Comment ${i}` } : one)),
  );
  await survey(acme, 'Before', 80, all);
};

const FALSE_OF_SIXTY = `${HEADER}\n${MANY.map((email) => `${email};FALSE;${ago(60)}`).join('\n')}\n`;

const SITUATIONS: Record<string, Situation> = {
  'answers of sixty rows are removed only if a person types their number': {
    before: sixtyUsers,
    csv: FALSE_OF_SIXTY,
    atGate: async (acme, waiting) => {
      expect(waiting.counts.answersRemoved).toBe(215);
      expect(reasonsOf(waiting)).toEqual([
        {
          reason: 'answers_removed',
          ...{ answers: 215, comments: 11, users: 43, ofAnswers: 258, moreSurveys: 0 },
          surveys: ['One', 'Two', 'Three', 'Four', 'Five'].map((name) => ({
            ...{ name, answers: 43, comments: name === 'Five' ? 11 : 0 },
          })),
        },
      ]);
      expect(waiting.gate).toMatchObject({ answersCountRequired: true, countRequired: false });
      for (const answersCount of [undefined, 214, 258])
        expect((await acme.approve(waiting, { answersCount })).body).toMatchObject({
          status: 422,
          code: 'count_mismatch',
        });
      const rows = await acme.rows(waiting, 'updated');
      expect(rows.map(({ answersRemoved }) => answersRemoved?.answers)).toEqual(MANY.map((_, i) => (i < 43 ? 5 : 0)));
      expect(rows[0]?.answersRemoved).toEqual({ answers: 5, comments: 1 });
      expect(await reported(acme, 'Five')).toBe(43);
    },
    outcome: 'completed',
    counts: { updated: 60, answersRemoved: 215 },
    finds: [],
    after: async (acme, ended) => {
      for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) expect(await report(acme, name)).toEqual([]);
      expect(await reported(acme, 'Before')).toBe(43);
      const [row] = await acme.rows(ended, 'updated');
      expect(row?.answersRemoved).toEqual({ answers: 5, comments: 1 });
      const back = await acme.run(`Email;Participate in survey\n${MANY.map((email) => `${email};TRUE`).join('\n')}\n`);
      expect(back.counts).toMatchObject({ updated: 60, answersRemoved: 0 });
      for (const name of ['One', 'Two', 'Three', 'Four', 'Five', 'Before']) expect(await reported(acme, name)).toBe(43);
      expect((await report(acme, 'Five'))[0]?.comments).toHaveLength(11);
    },
  },
  'an answer with only a comment opens the gate too': {
    before: (acme) => survey(acme, 'Pulse', 20, [{ person: BOB, score: null, comment: 'Well' }]),
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    atGate: async (_acme, waiting) =>
      expect(reasonsOf(waiting)).toMatchObject([{ reason: 'answers_removed', answers: 1, comments: 1, ofAnswers: 1 }]),
    outcome: 'completed',
    counts: { answersRemoved: 1 },
    finds: [],
    after: async (acme) => expect(await report(acme, 'Pulse')).toEqual([]),
  },
  'few answers of many need no number, but a given number must be right': {
    before: async (acme) => {
      await survey(
        acme,
        'Other',
        80,
        Array.from({ length: 20 }, () => ({ person: EVE })),
      );
      await survey(acme, 'Pulse', 20, [{ person: BOB }]);
    },
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    atGate: async (acme, waiting) => {
      expect(waiting.gate).toMatchObject({ answersCountRequired: false });
      expect((await acme.approve(waiting, { answersCount: 2 })).body).toMatchObject({ code: 'count_mismatch' });
    },
    outcome: 'completed',
    counts: { answersRemoved: 1 },
    finds: [],
  },
  'no gate opens if the day is after all surveys': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;${ago(10)}\n`,
    outcome: 'completed',
    counts: { updated: 1, answersRemoved: 0 },
    finds: [],
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(3),
  },
  'participation FALSE without a day removes no answer': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;\n`,
    outcome: 'completed',
    counts: { updated: 1, answersRemoved: 0 },
    finds: [],
    users: { [BOB]: { participates: false } },
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(3),
  },
  'a cancelled mass edit removes no answer': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    atGate: async (acme, waiting) => (await acme.cancel(waiting)).status !== 202,
    outcome: 'cancelled',
    counts: { answersRemoved: 0 },
    finds: [],
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(3),
  },
  'the same file again changes nothing': {
    before: withoutBobsAnswers,
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    outcome: 'completed',
    counts: { unchanged: 1, updated: 0, answersRemoved: 0 },
    finds: [],
  },
  'a row with TRUE restores the answers that a mass edit removed': {
    before: withoutBobsAnswers,
    csv: `Email;Participate in survey\n${BOB};TRUE\n`,
    outcome: 'completed',
    counts: { updated: 1, answersRemoved: 0 },
    finds: [],
    after: async (acme) =>
      expect(await report(acme, 'Pulse')).toMatchObject([
        { segment: null, people: 2, answers: 3, comments: ['Well', 'Really'] },
      ]),
  },
  'a row with TRUE and a day restores them too': {
    before: withoutBobsAnswers,
    csv: `${HEADER}\n${BOB};TRUE;${ago(30)}\n`,
    outcome: 'completed',
    counts: { updated: 1, backdated: 0 },
    finds: [[2, 'BACKDATE_PARTICIPATION_TRUE', HEADER.split(';')[2]]],
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(3),
  },
  'answers removed more than 30 days ago are restored neither by a row nor by the API': {
    before: async (acme, { sql }) => {
      await withoutBobsAnswers(acme);
      await sql`update answers set removed_at = now() - interval '30 days 1 minute'
        where organization_id = ${acme.organizationId} and removed_at is not null and comment = 'Well'`;
    },
    csv: `Email;Participate in survey\n${BOB};TRUE\n`,
    outcome: 'completed',
    counts: { updated: 1, answersRemoved: 0 },
    finds: [],
    after: async (acme) => {
      expect(await reported(acme, 'Pulse')).toBe(2);
      for (const participates of [false, true]) await acme.change(BOB, { participates });
      expect(await reported(acme, 'Pulse')).toBe(2);
    },
  },
  'a row with FALSE opens the gate again if the user takes part again by the API': {
    before: async (acme) => {
      await withoutBobsAnswers(acme);
      await acme.change(BOB, { participates: true });
      expect(await reported(acme, 'Pulse')).toBe(3);
    },
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    atGate: async (_acme, waiting) => expect(reasonsOf(waiting)).toMatchObject([{ answers: 2 }]),
    outcome: 'completed',
    counts: { answersRemoved: 2 },
    finds: [],
  },
  'a department that is backdated while answers are removed holds for them as well': {
    before: withoutBobsAnswers,
    csv: `Email;Participate in survey;Department;Department backdate\n${BOB};TRUE;HR;${ago(25)}\n`,
    outcome: 'completed',
    counts: { updated: 1, backdated: 1 },
    finds: [],
    after: async (acme) =>
      expect(await report(acme, 'Pulse')).toMatchObject([
        // Bob's score moves to HR. His answer without a score and his comments stay: he was in no department that day.
        { segment: 'HR', people: 1, answers: 1, comments: [] },
        { segment: null, people: 2, answers: 2, comments: ['Well', 'Really'] },
      ]),
  },
  'a row that moves scores and removes answers counts the removed ones': {
    before: pulse,
    csv: `${HEADER};Department;Department backdate\n${BOB};FALSE;${ago(30)};HR;${ago(30)}\n`,
    atGate: async (_acme, waiting) => expect(reasonsOf(waiting)).toMatchObject([{ answers: 2 }]),
    outcome: 'completed',
    counts: { answersRemoved: 2, backdated: 2 },
    finds: [],
    after: async (acme) =>
      expect(await report(acme, 'Pulse')).toMatchObject([{ segment: null, people: 1, answers: 1 }]),
  },
  'without the deletions, answers still need their number': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n${CAT};TRUE;\n`,
    options: { deleteMissingUsers: true },
    atGate: async (acme, waiting) => {
      expect(reasonsOf(waiting)?.map(({ reason }) => reason)).toEqual(['deletions', 'answers_removed']);
      const skip = { decision: 'skip_deletions', listDigest: waiting.deletion?.listDigest };
      const answered = await acme.json('POST', `/mass-edits/${waiting.id}/approval`, skip);
      expect(answered.body).toMatchObject({ status: 422, code: 'count_mismatch' });
      expect((await acme.skipDeletions(waiting)).status).toBe(202);
      return false;
    },
    outcome: 'completed',
    counts: { answersRemoved: 2, deleted: 0 },
    finds: [[null, 'KEPT', null]],
  },
  'answers that arrive while the gate waits are removed and counted': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n`,
    atGate: async (acme, waiting) => {
      await survey(acme, 'Meanwhile', 10, [{ person: BOB }, { person: CAT }]);
      expect(waiting.counts.answersRemoved).toBe(2);
    },
    outcome: 'completed',
    counts: { answersRemoved: 3 },
    finds: [],
    after: async (acme) => expect(await reported(acme, 'Meanwhile')).toBe(1),
  },
  'a user who is changed while the gate waits keeps the answers': {
    before: pulse,
    csv: `${HEADER}\n${BOB};FALSE;${ago(30)}\n${CAT};FALSE;${ago(30)}\n`,
    atGate: (acme) => acme.change(BOB, { firstName: 'Bobby' }),
    outcome: 'completed_with_errors',
    counts: { updated: 1, refused: 1, answersRemoved: 1 },
    finds: [[2, 'CHANGED_SINCE_PLAN']],
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(2),
  },
  'a user who is restored by the API stays without the removed answers': {
    before: async (acme) => {
      await withoutBobsAnswers(acme);
      const bob = (await acme.user(BOB))?.id;
      await withoutBob(acme);
      expect((await acme.json('POST', `/users/${bob}/restoration`)).status).toBe(200);
      expect(await reported(acme, 'Pulse')).toBe(1);
    },
    csv: `Email;Participate in survey\n${BOB};TRUE\n`,
    outcome: 'completed',
    counts: { updated: 1 },
    finds: [],
    after: async (acme) => expect(await reported(acme, 'Pulse')).toBe(3),
  },
  'a row with TRUE that restores a user restores the answers': {
    before: async (acme) => {
      await withoutBobsAnswers(acme);
      await withoutBob(acme);
    },
    csv: `Email;First name;Last name;Participate in survey\n${BOB};Bob;Berg;TRUE\n`,
    outcome: 'completed',
    counts: { updated: 1, restored: 1 },
    finds: [[2, 'RESTORES_DELETED', 'Email']],
    after: async (acme, ended) => {
      expect(await reported(acme, 'Pulse')).toBe(3);
      expect(ended.usersCounted).toMatchObject({ before: 5, byOthers: 0, expected: 6, after: 6 });
    },
  },
};

playSituations('answers', SITUATIONS);
