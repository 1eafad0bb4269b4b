import { expect } from 'vitest';
import { playSituations } from './situation.ts';

const POLISH =
  'Email;External Id;First name;Last name\nmichal@acme.test;Ł-7;Michał;Wałęsa\nbärbel@acme.test;B1;Bärbel;Müller\n';

// From bug reports about importers: letters that an older encoding lacks.
playSituations('lost letters', {
  'letters lost in names of existing users': {
    before: (acme) => acme.run(POLISH),
    csv: 'Email;First name;Last name\nmichal@acme.test;Micha?;Wa??sa\nbärbel@acme.test;B??rbel;Müller\n',
    outcome: 'failed',
    finds: [
      [2, 'LETTER_LOST', 'First name'],
      [2, 'LETTER_LOST', 'Last name'],
      [3, 'LETTER_LOST', 'First name'],
    ],
    says: { LETTER_LOST: ['"Michał"', '"Wałęsa"', '"Bärbel"'] },
    users: { 'michal@acme.test': { first: 'Michał', last: 'Wałęsa' } },
  },
  'one name that lost its only letter, among valid rows': {
    before: (acme) => acme.run(POLISH),
    csv: 'Email;First name\nbob@acme.test;Bobby\nmichal@acme.test;Micha?\ncat@acme.test;Cathy\n',
    outcome: 'completed_with_errors',
    counts: { updated: 2, refused: 1 },
    finds: [[3, 'LETTER_LOST', 'First name']],
    users: { 'michal@acme.test': { first: 'Michał' }, 'bob@acme.test': { first: 'Bobby' } },
  },
  'letters lost in UTF-16, and the error log uploaded again': {
    before: (acme) => acme.run(POLISH),
    csv: Buffer.from(
      '\ufeffEmail\tFirst name\tDepartment\nmichal@acme.test\tMicha?\tHR\nbob@acme.test\tBob\tHR\n',
      'utf16le',
    ),
    outcome: 'completed_with_errors',
    counts: { refused: 1, updated: 1 },
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [2, 'LETTER_LOST', 'First name'],
    ],
    after: async (acme, ended) => {
      const log = await acme.download(ended, 'error-log.csv');
      expect((await acme.run(log)).counts).toMatchObject({ refused: 1, updated: 0 });
      expect((await acme.run(log.replace('Micha?', 'Michał'))).counts).toMatchObject({ refused: 0, updated: 1 });
    },
  },
  'a name that was accepted before, in a column with lost letters now': {
    before: async (acme) => {
      expect((await acme.run('Email;First name\nbob@acme.test;Bobb?y\ncat@acme.test;Cat\n')).counts.warnings).toBe(1);
    },
    csv: 'Email;First name\nbob@acme.test;Bobb?y\ncat@acme.test;?at\ndan@acme.test;Dan?\n',
    outcome: 'completed_with_errors',
    counts: { unchanged: 1, refused: 2 },
    finds: [
      [3, 'LETTER_LOST', 'First name'],
      [4, 'LETTER_LOST', 'First name'],
    ],
    says: { LETTER_LOST: ['"Cat"'] },
  },
  'letters lost in several cells of a column': {
    csv: 'Email;First name\nbob@acme.test;?ukasz\ncat@acme.test;Pawe?\nnew@acme.test;J?rgen\n',
    outcome: 'completed_with_errors',
    counts: { refused: 2, created: 1 },
    finds: [
      [2, 'LETTER_LOST', 'First name'],
      [3, 'LETTER_LOST', 'First name'],
      [4, 'LETTER_LOST', 'First name'],
    ],
    users: { 'bob@acme.test': { first: 'Bob' }, 'cat@acme.test': { first: 'Cat' } },
  },
  'question marks that people write': {
    csv: 'Email;First name;Last name;Department\nbob@acme.test;Bob;Who?;R&D?\ncat@acme.test;Cat;Ceder;?\ndan@acme.test;Dan;Dahl;https://a.se/?id=1\n',
    outcome: 'completed',
    counts: { updated: 3 },
    finds: [
      [2, 'LETTER_LOST', 'Last name'],
      [3, 'PLACEHOLDER', 'Department'],
    ],
    users: { 'bob@acme.test': { last: 'Who?', values: { Department: 'R&D?' } } },
  },
  'letters lost in identities, with the delete option': {
    before: (acme) => acme.run(POLISH),
    csv: 'Email;External Id;First name\nbob@acme.test;E2;Bob\ncat@acme.test;E3;Cat\ndan@acme.test;E4;Dan\neve@acme.test;;Eve\nb?rbel@acme.test;;Bärbel\n;?-7;Michał\n',
    options: { deleteMissingUsers: true },
    atGate: async () => undefined,
    outcome: 'completed_with_errors',
    counts: { refused: 2, deleted: 1 },
    finds: [
      [null, 'KEPT'],
      [6, 'LETTER_LOST', 'Email'],
      [7, 'LETTER_LOST', 'External Id'],
    ],
    says: { LETTER_LOST: ['"bärbel@acme.test"', '"Ł-7"'] },
    active: [
      ...['ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'],
      ...['bärbel@acme.test', 'michal@acme.test'],
    ],
  },
  'letters lost in the identity of a new user, and in another identity of the user': {
    before: (acme) => acme.run(POLISH),
    csv: 'Email;External Id;First name\nj?rgen@new.test;;Jorgen\nmichal@acme.test;?-7;Michał\n',
    outcome: 'completed_with_errors',
    counts: { created: 1, refused: 1 },
    finds: [
      [2, 'LETTER_LOST', 'Email'],
      [3, 'LETTER_LOST', 'External Id'],
    ],
    neverSays: [/hand/],
  },
  'letters lost in choices': {
    before: (acme) => acme.run('Email;Department\nbob@acme.test;Försäljning\ncat@acme.test;Forschung\n'),
    csv: 'Email;Department\ncat@acme.test;F?rs?ljning\ndan@acme.test;F??rs??ljning\neve@acme.test;Forschun?\n;\nbob@acme.test;K?k\n',
    outcome: 'completed',
    finds: [
      [2, 'LETTER_LOST', 'Department'],
      [3, 'LETTER_LOST', 'Department'],
      [4, 'LETTER_LOST', 'Department'],
      [6, 'LETTER_LOST', 'Department'],
    ],
    says: { LETTER_LOST: ['was read as "Försäljning"', '"Forschung"'] },
    users: {
      'cat@acme.test': { values: { Department: 'Försäljning' } },
      'dan@acme.test': { values: { Department: 'Försäljning' } },
    },
    newSegments: ['Forschun?', 'K?k'],
  },
});
