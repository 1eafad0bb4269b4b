import { playSituations, type Situation } from './situation.ts';

const DELETE = { deleteMissingUsers: true };
const AT_GATE: Situation['atGate'] = async () => {};

/** Acme's users and one user with this external id. */
const someone =
  (externalId: string, email = ''): Situation['before'] =>
  (acme) =>
    acme.run(`Email;External Id;First name\n${email};"${externalId.replaceAll('"', '""')}";Ulla\n`);

/** The id of a user, respelled by a program, with the delete option: the row is refused, and the user stays. */
const respelled = (id: string, cell: string): Situation => ({
  before: someone(id),
  csv: `External Id;First name\n"${cell.replaceAll('"', '""')}";Ulla B\nE2;\n`,
  options: DELETE,
  atGate: AT_GATE,
  outcome: 'completed_with_errors',
  counts: { refused: 1, created: 0 },
  finds: [
    [null, 'KEPT'],
    [2, 'IDENTITY_RESPELLED', 'External Id'],
  ],
  says: { IDENTITY_RESPELLED: [`mean "${id}"`] },
  active: [id, 'ann@acme.test', 'bob@acme.test'],
  users: { [id]: { first: 'Ulla' } },
});

playSituations('ids that programs have respelled', {
  'a float of pandas': respelled('1001', '1001.0'),
  'two decimals': respelled('1001', '1001.00'),
  'a decimal comma': respelled('1001', '1001,0'),
  'a comma between thousands': respelled('1001', '1,001'),
  'a point between thousands': respelled('1001', '1.001'),
  'a space between thousands': respelled('1001', '1 001'),
  'a no-break space between thousands': respelled('1001', '1\u00a0001'),
  'a narrow no-break space between thousands': respelled('1001', '1\u202f001'),
  'an apostrophe between thousands': respelled('1001', "1'001"),
  'a curly apostrophe between thousands': respelled('1001', '1’001'),
  'thousands and decimals': respelled('1234567', '1.234.567,00'),
  'a text mark': respelled('0042', "'0042"),
  'a curly text mark': respelled('0042', '’0042'),
  'an opening quote as a text mark': respelled('0042', '‘0042'),
  'an acute accent as a text mark': respelled('0042', '´0042'),
  'quotes that were doubled': respelled('0042', '"0042"'),
  'curly quotes': respelled('0042', '“0042”'),
  'low quotes': respelled('0042', '„0042“'),
  guillemets: respelled('0042', '«0042»'),
  'a tab and a semicolon at the end': respelled('0042', '0042;\t'),
  'a number sign in front': respelled('0042', '#0042'),
  'a word in front': respelled('0042', 'ID: 0042'),
  'brackets of accountants': respelled('1001', '(1001)'),
  'full-width digits': respelled('1001', '１００１'),
  'a typographic dash': respelled('E-77', 'E–77'),
  'a quoted formula without its end': respelled('0042', '="0042'),

  'both identities, and the email finds the user': {
    before: someone('1001', 'ulla@acme.test'),
    csv: 'Email;External Id;First name\nulla@acme.test;1001.0;Ulla B\n',
    outcome: 'failed',
    finds: [[2, 'IDENTITY_RESPELLED', 'External Id']],
    users: { 'ulla@acme.test': { first: 'Ulla' } },
  },
  'an email of another user who has no external id': {
    before: someone('1001'),
    csv: 'Email;External Id;First name\neve@acme.test;1001.0;Eve\nbob@acme.test;;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { refused: 1 },
    finds: [
      [null, 'KEPT'],
      [2, 'IDENTITY_RESPELLED', 'External Id'],
    ],
    active: ['1001', 'ann@acme.test', 'bob@acme.test', 'eve@acme.test'],
  },
  'the right spelling on another line': {
    before: someone('1001'),
    csv: 'External Id;First name\n1001;Ulla B\n1001.0;Ulla C\n',
    outcome: 'completed_with_errors',
    counts: { updated: 1, refused: 1, created: 0 },
    finds: [[3, 'IDENTITY_RESPELLED', 'External Id']],
    users: { 1001: { first: 'Ulla B' } },
  },
  'the right spelling on another line, of a new person': {
    csv: 'External Id;First name\n1001.0;Ulla C\n1001;Ulla B\n',
    outcome: 'completed_with_errors',
    counts: { created: 1, refused: 1 },
    finds: [[2, 'IDENTITY_RESPELLED', 'External Id']],
    says: { IDENTITY_RESPELLED: ['line 3', '"1001"'] },
    users: { 1001: { first: 'Ulla B' }, '1001.0': null },
  },
  'two spellings of one user': {
    before: someone('1001'),
    csv: 'External Id;First name\n1001.0;Ulla C\n"1,001";Ulla B\n',
    outcome: 'failed',
    counts: { refused: 2 },
    finds: [
      [2, 'DUPLICATE_ROW', 'External Id'],
      [2, 'IDENTITY_RESPELLED', 'External Id'],
      [3, 'DUPLICATE_ROW', 'External Id'],
      [3, 'IDENTITY_RESPELLED', 'External Id'],
    ],
  },
  'a spelling that can mean two users has no suggestion': {
    before: async (acme) => {
      await acme.run('External Id;First name\n1;Una\n1000;Ulla\n');
    },
    csv: 'External Id;First name\n1.000;Ulla B\nE2;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'IDENTITY_RESPELLED', 'External Id'],
    ],
    neverSays: ['If you mean'],
    active: ['1', '1000', 'ann@acme.test', 'bob@acme.test'],
  },
  'such an id is legal if no user has the other': {
    csv: "External Id;First name\n1001.0;Ulla\n'0042;Una\n",
    outcome: 'completed',
    counts: { created: 2 },
    finds: [],
    users: { '1001.0': { first: 'Ulla' }, "'0042": { first: 'Una' } },
  },
  'such an id finds its user if a user has it': {
    before: async (acme) => {
      await acme.run('External Id;First name\n1001.0;Ulla\n');
      await acme.run('External Id;First name\n1001;Una\n');
    },
    csv: 'External Id;First name\n1001.0;Ulla B\n1001;Una B\n',
    outcome: 'completed',
    finds: [],
    users: { '1001.0': { first: 'Ulla B' }, 1001: { first: 'Una B' } },
  },
  'the same file once more, in tabs and UTF-16': {
    before: async (acme) => {
      await acme.run('External Id;First name\n1001;Ulla\n');
      await acme.run('External Id;First name\n1001.0;Ulla\nE2;Bob\n');
    },
    csv: Buffer.from('\ufeffExternal Id\tFirst name\n1001.0\tUlla\nE2\tBob\n', 'utf16le'),
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { refused: 1, unchanged: 1 },
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [null, 'KEPT'],
      [2, 'IDENTITY_RESPELLED', 'External Id'],
    ],
    active: ['1001', 'ann@acme.test', 'bob@acme.test'],
  },
  'an unchanged row of a second upload beside a respelled one': {
    before: async (acme) => {
      await acme.run('External Id;First name\n1001;Ulla\nE2;Bob\n');
      await acme.run('External Id;First name\n1001;Ulla\nE2;Bob\n');
    },
    csv: 'External Id;First name\n1001;Ulla\nE2;Bob\n1001.0;Ulla\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { refused: 1, unchanged: 2 },
    finds: [
      [null, 'KEPT'],
      [4, 'IDENTITY_RESPELLED', 'External Id'],
    ],
    active: ['1001', 'ann@acme.test', 'bob@acme.test'],
  },
  'lost zeros keep their own code': {
    before: someone('0042'),
    csv: 'External Id;First name\n42;Ulla\nE2;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'LEADING_ZEROS_LOST', 'External Id'],
    ],
    active: ['0042', 'ann@acme.test', 'bob@acme.test'],
  },
  'a float that has lost its zeros': {
    before: someone('0042'),
    csv: 'External Id;First name\n42.0;Ulla\nE2;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'LEADING_ZEROS_LOST', 'External Id'],
    ],
    active: ['0042', 'ann@acme.test', 'bob@acme.test'],
  },
  'lost zeros beside the email of another user': {
    before: someone('0042'),
    csv: 'Email;External Id\neve@acme.test;42\nbob@acme.test;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'LEADING_ZEROS_LOST', 'External Id'],
    ],
    active: ['0042', 'ann@acme.test', 'bob@acme.test', 'eve@acme.test'],
  },
  'the id of a deleted user': {
    before: async (acme) => {
      await acme.run('External Id;First name\n1001;Ulla\n');
      const waiting = await acme.toGate(
        'Email;External Id\nbob@acme.test;\ncat@acme.test;\ndan@acme.test;\neve@acme.test;\n;K1\n',
      );
      await acme.approve(waiting);
      await acme.reaches(waiting, 'ended');
    },
    csv: 'External Id;First name\n1001.0;Ulla\n',
    outcome: 'failed',
    finds: [[2, 'IDENTITY_RESPELLED', 'External Id']],
    says: { IDENTITY_RESPELLED: ['"1001"'] },
  },

  'a capital of a Turkish keyboard in an email': {
    before: someone('', 'izmir@acme.test'),
    csv: 'Email;First name\nİZMİR@acme.test;Iz\nbob@acme.test;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { created: 0, refused: 1 },
    finds: [
      [null, 'KEPT'],
      [2, 'IDENTITY_RESPELLED', 'Email'],
    ],
    says: { IDENTITY_RESPELLED: ['"izmir@acme.test"'] },
    active: ['ann@acme.test', 'bob@acme.test', 'izmir@acme.test'],
  },
  'a small letter of a Turkish program in an email': {
    csv: 'Email;First name\nkımkiosk@acme.test;Kim\nkimkiosk@acme.test;Kim\n',
    outcome: 'completed_with_errors',
    counts: { created: 1, refused: 1 },
    finds: [[2, 'IDENTITY_RESPELLED', 'Email']],
  },
  'a domain in its ASCII form': {
    before: someone('', 'iz@müller.test'),
    csv: 'Email;First name\niz@xn--mller-kva.test;Iz\n',
    outcome: 'failed',
    finds: [[2, 'IDENTITY_RESPELLED', 'Email']],
    says: { IDENTITY_RESPELLED: ['"iz@müller.test"'] },
  },
});

/** A respelled manager: the row is refused, with the right spelling. */
const reference = (cell: string, right: string, csv = ''): Situation => ({
  before: someone('0042', ''),
  csv: `Email;External Id;First name;Manager\nnia@acme.test;;Nia;"${cell.replaceAll('"', '""')}"\n${csv}`,
  outcome: csv ? 'completed_with_errors' : 'failed',
  finds: [[2, 'PERSON_NOT_FOUND', 'Manager']],
  says: { PERSON_NOT_FOUND: [`mean "${right}"`] },
});

playSituations('references that programs have respelled', {
  'a name before the address': reference('Bob Berg <bob@acme.test>', 'bob@acme.test'),
  'a mailto link': reference('mailto:bob@acme.test', 'bob@acme.test'),
  'a percent-encoded address': reference('bob%40acme.test', 'bob@acme.test'),
  'a text mark before an id': reference("'0042", '0042'),
  'a text mark before an address': reference("'bob@acme.test", 'bob@acme.test'),
  'a float that has lost its zeros': reference('42.0', '0042'),
  'lost zeros': reference('42', '0042'),
  'a float of a new user': reference('1001.0', '1001', ';1001;Ulla;\n'),
  'an address of a new user': reference('<ulla@acme.test>', 'ulla@acme.test', 'ulla@acme.test;;Ulla;\n'),
  'the id and the reference alike': {
    before: someone('1001'),
    csv: 'External Id;First name;Manager\n1001.0;Ulla;\nE2;;1001.0\n',
    outcome: 'failed',
    finds: [
      [2, 'IDENTITY_RESPELLED', 'External Id'],
      [3, 'PERSON_NOT_FOUND', 'Manager'],
    ],
    says: { PERSON_NOT_FOUND: ['"1001"'] },
  },
  'such an id of a row of the file is no error': {
    csv: 'External Id;First name;Manager\n1001.0;Ulla;\nE2;;1001.0\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { values: { Manager: '1001.0' } } },
  },
});
