import { expect } from 'vitest';
import { askedNothing, asksFor, usersFile, withUsers } from './gate-people.ts';
import { playSituations, type Situation } from './situation.ts';

const WOMAN_MAN = (n: number): string => (n % 2 === 0 ? 'Woman' : 'Man');
const asked = (reason: object): Pick<Situation, 'atGate' | 'outcome'> => ({
  atGate: asksFor(reason),
  outcome: 'completed',
});
const notAsked: Pick<Situation, 'after' | 'outcome' | 'finds'> = {
  after: askedNothing,
  outcome: 'completed',
  finds: [],
};

// The reasons of the gate beside users to delete.
playSituations('the gate asks', {
  'for a file of another system, which writes F and M for Woman and Man': {
    before: withUsers(89, 'Gender', WOMAN_MAN),
    csv: usersFile(89, 'Gender', (n) => (n % 2 === 0 ? 'F' : 'M')),
    ...asked({
      reason: 'many_new_segments',
      attribute: 'Gender',
      segments: 2,
      ofCells: 89,
      allNew: true,
      examples: ['F', 'M'],
    }),
    counts: { updated: 89, segmentsCreated: 2 },
    finds: [],
  },
  'for a column with only new values, in UTF-16 with tabs, also beside empty cells': {
    before: withUsers(30, 'Country', (n) => `Country ${n % 3}`),
    csv: Buffer.from(
      `\uFEFF${usersFile(30, 'Country', (n) => (n % 2 === 0 ? 'Sverige' : '')).replaceAll(';', '\t')}`,
      'utf16le',
    ),
    ...asked({ reason: 'many_new_segments', attribute: 'Country', segments: 1, ofCells: 15, allNew: true }),
    finds: [[null, 'DELIMITER_DETECTED']],
  },
  'not for the first import of a column': {
    before: withUsers(40, 'Gender', WOMAN_MAN),
    csv: usersFile(40, 'Country', (n) => `Country ${n}`),
    ...notAsked,
    counts: { segmentsCreated: 40 },
  },
  'not for an attribute of which 19 users have a value': {
    before: withUsers(19, 'Gender', WOMAN_MAN),
    csv: usersFile(19, 'Gender', () => 'X'),
    ...notAsked,
  },
  'not for a few new names beside an existing one': {
    before: withUsers(25, 'Gender', WOMAN_MAN),
    csv: usersFile(25, 'Gender', (n) => (n === 24 ? 'Woman' : `Gender ${n % 20}`)),
    ...notAsked,
  },
  'for 21 new names in a tenth of the cells or more, beside an existing one': {
    before: withUsers(25, 'Gender', WOMAN_MAN),
    csv: usersFile(25, 'Gender', (n) => (n < 21 ? `Gender ${n}` : 'Woman')),
    ...asked({ reason: 'many_new_segments', segments: 21, ofCells: 25, allNew: false }),
    finds: [],
  },
  'not for names that an alias or another spelling finds': {
    before: withUsers(25, 'Gender', WOMAN_MAN),
    csv: usersFile(25, 'Gender', () => 'woman'),
    ...notAsked,
    finds: Array.from({ length: 25 }, (_, n) => [n + 2, 'CASE_VARIANT', 'Gender']),
  },
  'not for a new name if all unchanged rows have an existing name': {
    before: withUsers(40, 'Gender', WOMAN_MAN),
    csv: usersFile(40, 'Gender', (n) => (n === 7 ? 'Other' : WOMAN_MAN(n))),
    ...notAsked,
    newSegments: ['Other'],
  },
  'for a new name if only a refused row has an existing name': {
    before: withUsers(25, 'Gender', WOMAN_MAN),
    csv: usersFile(25, 'Gender', () => 'X', { more: 'no mail;Z;Woman\n' }),
    atGate: asksFor({ reason: 'many_new_segments', segments: 1, ofCells: 25, allNew: true }),
    outcome: 'completed_with_errors',
    finds: [[27, 'EMAIL_INVALID', 'Email']],
  },
  'for new names in the columns of several attributes, with one reason for each': {
    before: (acme) => withUsers(25, 'Gender;Country', (n) => `${WOMAN_MAN(n)};Country ${n % 2}`)(acme),
    csv: usersFile(25, 'Country;Gender', (n) => `Land ${n % 3};${n % 2}`),
    atGate: asksFor(
      { reason: 'many_new_segments', attribute: 'Country', segments: 3 },
      { reason: 'many_new_segments', attribute: 'Gender', segments: 2 },
    ),
    outcome: 'completed',
    finds: [],
  },
  'for more new users than half of an organization of 100': {
    before: withUsers(100, 'Gender', WOMAN_MAN),
    csv: usersFile(101, 'Gender', WOMAN_MAN, { from: 100 }),
    ...asked({ reason: 'many_created', created: 101, ofUsers: 106 }),
    counts: { created: 101 },
    finds: [],
  },
  'not for 100 new users': {
    before: withUsers(100, 'Gender', WOMAN_MAN),
    csv: usersFile(100, 'Gender', WOMAN_MAN, { from: 100 }),
    ...notAsked,
  },
  'not for many new users of an organization that has few': {
    csv: usersFile(400, 'Gender', WOMAN_MAN),
    ...notAsked,
    counts: { created: 400 },
  },
  'for a requested review, beside the other reasons': {
    before: withUsers(30, 'Gender', WOMAN_MAN),
    csv: usersFile(30, 'Gender', () => 'X'),
    options: { review: 'always' },
    atGate: asksFor({ reason: 'many_new_segments' }, { reason: 'review' }),
    outcome: 'completed',
    finds: [],
  },
});

const OTHER_COMPANY = 'Email;First name\nann@acme.test;Ann\np1@other.test;P\np2@other.test;Q\n';

playSituations('the gate asks for the number', {
  'of users to delete by the file of another company that shares one admin, in a small organization': {
    csv: OTHER_COMPANY,
    options: { deleteMissingUsers: true },
    atGate: async (acme, waiting) => {
      expect(waiting.gate).toMatchObject({
        reasons: [{ reason: 'deletions', count: 5, ofUsers: 6, deletedLastDay: 0 }],
        countRequired: true,
      });
      expect(waiting.deletion?.countRequired).toBe(true);
      expect(await acme.approve(waiting)).toMatchObject({ status: 422, body: { code: 'count_mismatch' } });
      expect(await acme.approve(waiting, { count: 4 })).toMatchObject({ status: 422 });
    },
    outcome: 'completed',
    counts: { created: 2, deleted: 5 },
    finds: [],
  },
  'of users whose deletion passes the limit together with deletions of the same day': {
    before: async (acme) => {
      await withUsers(200, 'Gender', WOMAN_MAN)(acme);
      const waiting = await acme.toGate(
        usersFile(170, 'Gender', WOMAN_MAN, { more: 'bob@acme.test;Bob;\ncat@acme.test;Cat;\n' }),
      );
      expect(waiting.gate?.countRequired).toBe(false);
      expect((await acme.approve(waiting)).status).toBe(202);
      await acme.reaches(waiting, 'ended');
    },
    csv: usersFile(160, 'Gender', WOMAN_MAN, { more: 'bob@acme.test;Bob;\ncat@acme.test;Cat;\n' }),
    options: { deleteMissingUsers: true },
    atGate: async (_acme, { gate }) => {
      // 33 of 206 before, and 10 more.
      expect(gate).toMatchObject({ reasons: [{ count: 10, ofUsers: 173, deletedLastDay: 33 }], countRequired: true });
    },
    outcome: 'completed',
    counts: { deleted: 10 },
    finds: [[null, 'KEPT']],
  },
});

const DELETE = { deleteMissingUsers: true };
const kept: Situation['finds'][number] = [null, 'KEPT'];

playSituations('the list of users to delete says', {
  'that eve has an access token, which stops at once': {
    before: (acme) => acme.as('eve@acme.test', 'editor'),
    csv: 'Email;External Id\nbob@acme.test;\ncat@acme.test;\ndan@acme.test;\n;K1\n',
    options: DELETE,
    atGate: async (acme, { deletion, links }) => {
      expect(deletion).toMatchObject({ count: 1, tokenHolders: 1, managers: 0, reports: 0 });
      expect(deletion?.withTokens).toMatchObject([{ email: 'eve@acme.test', firstName: 'Eve' }]);
      const { body } = await acme.json<{ items: object[] }>('GET', `${links.rows}?show=deleted`);
      expect(body.items).toMatchObject([{ user: { email: 'eve@acme.test' }, tokens: 1, reports: 0 }]);
    },
    outcome: 'completed',
    finds: [kept],
    users: { 'eve@acme.test': null },
    after: async (_acme, { deletion }) => expect(deletion).toMatchObject({ tokenHolders: 1, withTokens: [] }),
  },
  'how many remaining users each user manages, without mentors': {
    before: async (acme) => {
      await acme.as('cat@acme.test', 'viewer');
      await acme.change('eve@acme.test', { attributes: { Mentor: 'cat@acme.test' } });
      await acme.change('dan@acme.test', { attributes: { Manager: 'k1' } });
    },
    // Bob manages Cat, who is deleted too; Kim manages Dan.
    csv: 'Email;External Id\ndan@acme.test;\neve@acme.test;\n',
    options: DELETE,
    atGate: async (acme, { deletion, links }) => {
      expect(deletion).toMatchObject({ count: 3, tokenHolders: 1, managers: 1, reports: 1 });
      const { body } = await acme.json<{ items: object[] }>('GET', `${links.rows}?show=deleted`);
      expect(body.items).toMatchObject([
        { user: { email: 'bob@acme.test' }, tokens: 0, reports: 0 },
        { user: { email: 'cat@acme.test' }, tokens: 1, reports: 0 },
        { user: { externalId: 'K1' }, tokens: 0, reports: 1 },
      ]);
    },
    outcome: 'completed',
    finds: [kept, [2, 'REFERENCE_CLEARED', 'Manager'], [3, 'REFERENCE_CLEARED', 'Mentor']],
  },
  'nothing without the delete option: there is no list to download': {
    csv: 'Email;First name\nbob@acme.test;Bo\n',
    options: { review: 'always' },
    atGate: async (acme, { links, deletion }) => {
      expect(deletion).toMatchObject({ count: 0 });
      expect(await acme.json('GET', links.missingUsers)).toMatchObject({
        status: 404,
        body: { code: 'not_available_yet' },
      });
    },
    outcome: 'completed',
    finds: [],
  },
});

playSituations('an answer is refused', {
  'with a wrong number, even if no number is required': {
    csv: 'Email;External Id\nbob@acme.test;\ncat@acme.test;\ndan@acme.test;\n;K1\n',
    options: DELETE,
    atGate: async (acme, waiting) => {
      expect(waiting.gate).toMatchObject({ countRequired: false, answersCountRequired: false });
      for (const wrong of [{ count: 2 }, { count: 0 }, { count: 1, answersCount: 1 }])
        expect(await acme.approve(waiting, wrong)).toMatchObject({ status: 422, body: { code: 'count_mismatch' } });
      expect((await acme.approve(waiting, { count: 1 })).status).toBe(202);
      return false;
    },
    outcome: 'completed',
    finds: [kept],
  },
  'that skips deletions if there are none; and, with the state, after an answer': {
    csv: 'Email;First name\nbob@acme.test;Bo\n',
    options: { review: 'always' },
    atGate: async (acme, waiting) => {
      expect(await acme.skipDeletions(waiting)).toMatchObject({ status: 422, body: { code: 'nothing_to_skip' } });
      expect((await acme.approve(waiting)).status).toBe(202);
      const ended = await acme.reaches(waiting, 'ended');
      const again = await acme.approve(ended);
      expect(again).toMatchObject({ status: 409, body: { code: 'not_awaiting_approval', state: 'ended' } });
      expect(again.body.detail).toContain('"ended"');
      return false;
    },
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo' } },
  },
});
