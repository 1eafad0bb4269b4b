import { playSituations, withoutBob } from './situation.ts';

const DELETE = { deleteMissingUsers: true };
const TODAY = /deleted on \d{4}-\d\d-\d\d/;

// Deleted users who are restored, or whose identity another person gets; people who share an identity.
playSituations('identities of several people', {
  'a former employee comes back with a new number': {
    before: withoutBob,
    csv: 'Email;External Id;First name\nbob@acme.test;E77;Bob\n',
    outcome: 'failed',
    finds: [[2, 'EXTERNAL_ID_CHANGE', 'External Id']],
    says: {
      EXTERNAL_ID_CHANGE: [
        '"E2"',
        TODAY,
        'restore the user first',
        /PATCH \/v1\/organizations\/.*\/users\/[0-9a-f-]{36}/,
      ],
    },
    neverSays: ['by hand'],
    users: { 'bob@acme.test': null },
  },
  'a former employee comes back with a new address': {
    before: withoutBob,
    csv: 'Email;External Id;First name\nbob.berg@acme.test;E2;Bob\n',
    outcome: 'failed',
    finds: [[2, 'EMAIL_CHANGE', 'Email']],
    says: { EMAIL_CHANGE: ['"bob@acme.test"', TODAY, 'restore the user first', /POST .*\/restoration/] },
  },
  'another address of an active user': {
    csv: 'Email;External Id\nrobert@acme.test;E2\n',
    outcome: 'failed',
    finds: [[2, 'EMAIL_CHANGE', 'Email']],
    says: { EMAIL_CHANGE: ['"bob@acme.test"', /PATCH \/v1\/organizations\/.*\/users\/[0-9a-f-]{36}/] },
    neverSays: ['by hand', 'restore'],
  },
  'the number of a former employee is given to a new person': {
    before: withoutBob,
    csv: 'External Id;First name;Last name\nE2;Nadia;Noor\n',
    outcome: 'failed',
    finds: [[2, 'RESTORE_NAME_DIFFERS', 'First name']],
    says: { RESTORE_NAME_DIFFERS: ['"Bob Berg" (bob@acme.test)', TODAY] },
    users: { 'bob@acme.test': null },
  },
  'a former employee comes back under a married name': {
    before: withoutBob,
    csv: 'External Id;First name;Last name\nE2;bob;Lind\n',
    outcome: 'completed',
    counts: { restored: 1 },
    finds: [[2, 'RESTORES_DELETED', 'External Id']],
    says: { RESTORES_DELETED: ['"Bob Berg" (bob@acme.test)', TODAY] },
    users: { 'bob@acme.test': { last: 'Lind' } },
  },
  'a former employee comes back with first and last name exchanged': {
    before: withoutBob,
    csv: 'External Id;First name;Last name\nE2;Berg;Bob\n',
    outcome: 'completed',
    finds: [[2, 'RESTORES_DELETED', 'External Id']],
  },
  'a former employee comes back in a file without last names': {
    before: withoutBob,
    csv: 'External Id;First name\nE2;Robert\n',
    outcome: 'completed',
    finds: [[2, 'RESTORES_DELETED', 'External Id']],
  },
  'an active user takes the number of a former employee': {
    before: withoutBob,
    csv: 'Email;External Id\neve@acme.test;E2\n',
    outcome: 'completed',
    counts: { updated: 1 },
    finds: [[2, 'TAKES_DELETED_ID', 'External Id']],
    says: { TAKES_DELETED_ID: ['"Bob Berg" (bob@acme.test)', TODAY] },
  },
  'an active user without an email takes that of a former employee': {
    before: withoutBob,
    csv: 'Email;External Id\nbob@acme.test;K1\n',
    outcome: 'completed',
    finds: [[2, 'TAKES_DELETED_ID', 'Email']],
  },

  'a new user with the name of a missing one': {
    csv: 'Email;First name;Last name\nbob@acme.test;Bob;Berg\ncat.dahl@acme.test;Cat;Ceder\ndan@acme.test;;\neve@acme.test;;\n',
    options: DELETE,
    atGate: async () => {},
    outcome: 'completed',
    counts: { created: 1, deleted: 2 },
    finds: [
      [null, 'KEPT'],
      [3, 'NAME_OF_MISSING'],
    ],
    says: { NAME_OF_MISSING: ['"Cat Ceder"', 'cat@acme.test'] },
  },
  'a new user with the name of a user in the file': {
    csv: 'Email;First name;Last name\nbob@acme.test;;\nbob.berg@acme.test;Bob;Berg\ncat@acme.test;;\n',
    options: DELETE,
    atGate: async () => {},
    outcome: 'completed',
    finds: [[null, 'KEPT']],
  },

  'two people with one mailbox': {
    csv: 'Email;External Id;First name\nfront@acme.test;N1;Nia\nfront@acme.test;N2;Noa\n',
    outcome: 'failed',
    finds: [
      [2, 'DUPLICATE_ROW', 'Email'],
      [3, 'DUPLICATE_ROW', 'Email'],
    ],
    says: { DUPLICATE_ROW: ['two people share one email', 'another email, or none', 'line 3', 'line 2'] },
    neverSays: ['delete'],
  },
  'two people with one number': {
    csv: 'Email;External Id;First name\nnia@acme.test;N1;Nia\nnoa@acme.test;N1;Noa\n',
    outcome: 'failed',
    finds: [
      [2, 'DUPLICATE_ROW', 'External Id'],
      [3, 'DUPLICATE_ROW', 'External Id'],
    ],
    says: { DUPLICATE_ROW: ['two people share one external id', 'another external id, or none'] },
    neverSays: ['delete'],
  },
  'one person with two jobs': {
    csv: 'Email;External Id;First name;Department\nbob@acme.test;E2;Bob;IT\nbob@acme.test;E2;Bob;Sales\n',
    outcome: 'failed',
    finds: [
      [2, 'DUPLICATE_ROW', 'Email'],
      [3, 'DUPLICATE_ROW', 'Email'],
    ],
    says: { DUPLICATE_ROW: ['line 3', 'line 2', 'Keep one of the two rows'] },
  },
});
