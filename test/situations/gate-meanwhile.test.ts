import { expect } from 'vitest';
import type { Organization } from '../support/product.ts';
import { playSituations, type Situation } from './situation.ts';

/** The users of Acme except Eve, and except Ann, the uploader. */
const WITHOUT_EVE = 'Email;External Id;First name\nbob@acme.test;;\ncat@acme.test;;\ndan@acme.test;;\n;K1;\n';
const EVE = 'eve@acme.test';
const DELETE = { deleteMissingUsers: true };
const under =
  (attribute: string, ...users: string[]) =>
  async (acme: Organization): Promise<void> => {
    for (const user of users) await acme.change(user, { attributes: { [attribute]: EVE } });
  };
const makeHierarchy = async (acme: Organization, name: string): Promise<void> => {
  const { body } = await acme.json<{ items: { id: string; name: string }[] }>('GET', '/attributes?limit=200');
  const id = body.items.find((one) => one.name === name)?.id;
  const answer = await acme.json('PATCH', `/attributes/${id}`, { hierarchy: true });
  expect(answer.status, answer.body?.detail).toBe(200);
};
const hasNo =
  (attribute: string, ...users: string[]) =>
  async (acme: Organization): Promise<void> => {
    const now = await acme.people();
    for (const user of users) expect(now[user]?.values, user).not.toHaveProperty(attribute);
  };
const kept: Situation['finds'][number] = [null, 'KEPT'];

// Changes by others while the list of users to delete waits for its answer.
playSituations('while the list waits', {
  'bob is put under eve, who is deleted: he loses his manager, with a warning': {
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: async (acme, waiting) => {
      expect((await acme.findings(waiting)).map(({ code }) => code)).toEqual(['KEPT']);
      await under('Manager', 'bob@acme.test')(acme);
    },
    outcome: 'completed',
    counts: { deleted: 1, warnings: 2 },
    finds: [kept, [2, 'REFERENCE_CLEARED', 'Manager']],
    says: { REFERENCE_CLEARED: ['bob@acme.test', 'Manager'] },
    users: { [EVE]: null },
    after: hasNo('Manager', 'bob@acme.test'),
  },
  'two users are put under eve, one of them in an attribute that may have cycles, beside one from before': {
    before: under('Mentor', 'cat@acme.test'),
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: async (acme, waiting) => {
      expect((await acme.findings(waiting)).map(({ code, line }) => [line, code])).toEqual([
        kept,
        [3, 'REFERENCE_CLEARED'],
      ]);
      await under('Mentor', 'bob@acme.test')(acme);
      await under('Manager', 'dan@acme.test')(acme);
    },
    outcome: 'completed',
    counts: { deleted: 1, warnings: 4 },
    finds: [
      kept,
      [2, 'REFERENCE_CLEARED', 'Mentor'],
      [3, 'REFERENCE_CLEARED', 'Mentor'],
      [4, 'REFERENCE_CLEARED', 'Manager'],
    ],
  },
  'the uploader, who is in no file, is put under eve': {
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: under('Manager', 'ann@acme.test'),
    outcome: 'completed',
    finds: [kept, [null, 'REFERENCE_CLEARED', 'Manager']],
    says: { REFERENCE_CLEARED: ['ann@acme.test'] },
  },
  'bob gets another manager than eve: he loses nothing, without a warning': {
    before: under('Manager', 'dan@acme.test'),
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: async (acme, waiting) => {
      expect((await acme.findings(waiting)).map(({ code }) => code)).toContain('REFERENCE_CLEARED');
      await acme.change('dan@acme.test', { attributes: { Manager: 'cat@acme.test' } });
    },
    outcome: 'completed',
    counts: { warnings: 1 },
    finds: [kept],
    users: { 'dan@acme.test': { values: { Manager: 'cat@acme.test' } } },
  },
  'eve is changed and therefore kept: no reference to her is lost': {
    before: under('Manager', 'dan@acme.test'),
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: (acme) => acme.change(EVE, { firstName: 'Eva' }),
    outcome: 'completed_with_errors',
    counts: { deleted: 0, warnings: 1 },
    finds: [kept, [null, 'CHANGED_SINCE_PLAN']],
    users: { 'dan@acme.test': { values: { Manager: EVE } } },
  },
  'dan, whose row gives him another manager, is changed by the API: his row is refused, and he loses eve with a warning':
    {
      before: under('Manager', 'dan@acme.test'),
      csv: 'Email;External Id;Manager\nbob@acme.test;;\ncat@acme.test;;\ndan@acme.test;;cat@acme.test\n;K1;\n',
      options: DELETE,
      atGate: async (acme, waiting) => {
        expect((await acme.findings(waiting)).map(({ code }) => code)).toEqual(['KEPT']);
        await acme.change('dan@acme.test', { lastName: 'Dahlin' });
      },
      outcome: 'completed_with_errors',
      finds: [kept, [4, 'REFERENCE_CLEARED', 'Manager'], [4, 'CHANGED_SINCE_PLAN']],
      after: hasNo('Manager', 'dan@acme.test'),
    },
  'the deletions are skipped: no finding about references stays': {
    before: under('Manager', 'dan@acme.test'),
    csv: WITHOUT_EVE,
    options: DELETE,
    atGate: async (acme, waiting) => {
      expect((await acme.skipDeletions(waiting)).status).toBe(202);
      return false;
    },
    outcome: 'completed',
    counts: { deleted: 0, warnings: 1 },
    finds: [kept],
  },
  'an attribute becomes a hierarchy: rows that close a cycle in it are refused': {
    csv: 'Email;Mentor\nbob@acme.test;cat@acme.test\ncat@acme.test;bob@acme.test\ndan@acme.test;cat@acme.test\n',
    options: { review: 'always' },
    atGate: async (acme, waiting) => {
      expect(await acme.findings(waiting)).toEqual([]);
      await makeHierarchy(acme, 'Mentor');
    },
    outcome: 'completed_with_errors',
    counts: { updated: 1, refused: 2 },
    finds: [
      [2, 'CYCLE', 'Mentor'],
      [3, 'CYCLE', 'Mentor'],
    ],
    users: { 'dan@acme.test': { values: { Mentor: 'cat@acme.test' } } },
    after: hasNo('Mentor', 'bob@acme.test', 'cat@acme.test'),
  },
  'a new attribute becomes a hierarchy, with new users in the cycle, and no user is deleted': {
    before: async (acme) =>
      expect((await acme.json('POST', '/attributes', { name: 'Boss', type: 'users' })).status).toBe(201),
    csv: [
      'Email;External Id;First name;Boss',
      'bob@acme.test;;;new@acme.test',
      'new@acme.test;;New;bob@acme.test',
      'cat@acme.test;;;bob@acme.test',
      'dan@acme.test;;;',
      ';K1;;',
      '',
    ].join('\n'),
    options: DELETE,
    atGate: async (acme, waiting) => {
      await makeHierarchy(acme, 'Boss');
      expect((await acme.skipDeletions(waiting)).status).toBe(202);
      return false;
    },
    outcome: 'completed_with_errors',
    counts: { created: 0, refused: 2, updated: 1, deleted: 0 },
    finds: [kept, [2, 'CYCLE', 'Boss'], [3, 'CYCLE', 'Boss']],
  },
  'a manager is changed by the API so that a row closes a cycle: the row is refused': {
    csv: 'Email;Manager\ncat@acme.test;dan@acme.test\n',
    options: { review: 'always' },
    atGate: (acme) => acme.change('dan@acme.test', { attributes: { Manager: 'k1' } }),
    outcome: 'failed',
    finds: [[2, 'CYCLE', 'Manager']],
    says: { CYCLE: ['existing'] },
  },
});
