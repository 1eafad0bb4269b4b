import { playSituations, type Situation } from './situation.ts';

/** The users of Acme that the files below do not name and that can be deleted. */
const AT_GATE: Situation['atGate'] = async () => {};
const DELETE = { deleteMissingUsers: true };

/** An address in decoration, alone in its row, with the delete option: the row is refused, and Bob stays. */
const decorated = (cell: string, code = 'EMAIL_INVALID'): Situation => ({
  csv: `Email;First name\n${cell};Bo\ncat@acme.test;\n`,
  options: DELETE,
  atGate: AT_GATE,
  outcome: 'completed_with_errors',
  counts: { refused: 1, created: 0, deleted: 3 },
  finds: [
    [null, 'KEPT'],
    [2, code, 'Email'],
  ],
  says: { [code]: ['bob@acme.test'] },
  active: ['ann@acme.test', 'bob@acme.test', 'cat@acme.test'],
  users: { 'bob@acme.test': { first: 'Bob' } },
});

// Emails in identity columns, as written by mail programs, browsers and spreadsheet programs.
playSituations('decorated emails', {
  'a name before the address': decorated('"""Berg, Bob"" <bob@acme.test>"'),
  'a name before the address, without quotes': decorated('Bob Berg <bob@acme.test>'),
  'angle brackets': decorated('<bob@acme.test>'),
  'a mailto link': decorated('mailto:bob@acme.test'),
  'a mailto link with a subject': decorated('mailto:bob@acme.test?subject=Hello'),
  'a Markdown link': decorated('[bob@acme.test](mailto:bob@acme.test)'),
  'an HTML link': decorated('"<a href=""mailto:bob@acme.test"">bob@acme.test</a>"'),
  'curly quotes': decorated('“bob@acme.test”'),
  guillemets: decorated('«bob@acme.test»'),
  'doubled quotes': decorated('"""bob@acme.test"""'),
  'a text mark in front': decorated("'bob@acme.test"),
  'a curly text mark in front': decorated('’bob@acme.test'),
  'a backtick on both sides': decorated('`bob@acme.test`'),
  'a remark after the address': decorated('bob@acme.test (work)'),
  'a full stop after the address': decorated('bob@acme.test.'),
  'a comma after the address': decorated('"bob@acme.test,"'),
  'a semicolon after the address': decorated('"bob@acme.test;"'),
  'a percent-encoded @': decorated('bob%40acme.test'),
  'a character without width': decorated('bob@\u200bacme.test', 'CONTROL_CHARACTER'),
  'a soft hyphen at the end': decorated('bob@acme.test\u00ad', 'CONTROL_CHARACTER'),

  'a percent-encoded plus is never a new person': {
    csv: 'Email;First name\nbob%40acme.test;B\nnia%2Btest@acme.test;N\n',
    outcome: 'failed',
    finds: [
      [2, 'EMAIL_INVALID', 'Email'],
      [3, 'EMAIL_INVALID', 'Email'],
    ],
    says: { EMAIL_INVALID: ['%40 stands for @', 'bob@acme.test', 'nia+test@acme.test'] },
    users: { 'nia%2btest@acme.test': null },
  },
  'percent signs that encode nothing are legal': {
    csv: 'Email;First name\n100%sure@acme.test;Nia\n',
    outcome: 'completed',
    finds: [],
    users: { '100%sure@acme.test': { first: 'Nia' } },
  },
  'an apostrophe inside is legal': {
    csv: "Email;First name\no'neil@acme.test;Nia\n",
    outcome: 'completed',
    finds: [],
    users: { "o'neil@acme.test": { first: 'Nia' } },
  },
  'a no-break space after the address is no part of it': {
    csv: 'Email;First name\nbob@acme.test\u00a0;Bo\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo' } },
  },
  'good and bad addresses in one file': {
    csv: 'Email;First name\nnia@acme.test;Nia\nnot-one;Noa\n',
    outcome: 'completed_with_errors',
    finds: [[3, 'EMAIL_INVALID', 'Email']],
    users: { 'nia@acme.test': { first: 'Nia' } },
  },
  'a file that was truncated in the domain of its last line': {
    csv: 'First name;Email\nBo;bob@acme.test\nCat;cat@acme.test\nEve;eve@acme.test\nDaniel;dan@ac\n',
    options: DELETE,
    outcome: 'completed_with_errors',
    counts: { deleted: 0, created: 0, refused: 1 },
    finds: [
      [null, 'DELETION_OFF'],
      [5, 'EMAIL_INVALID', 'Email'],
    ],
    says: { EMAIL_INVALID: ['no dot'] },
    users: { 'dan@acme.test': { first: 'Dan' }, 'dan@ac': null },
  },
  'two addresses in one cell are both present, and none is suggested': {
    csv: 'Email;External Id;First name\n"bob@acme.test; cat@acme.test";K1;Bo\neve@acme.test;;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { deleted: 1, refused: 1 },
    finds: [
      [null, 'KEPT'],
      [2, 'EMAIL_INVALID', 'Email'],
    ],
    neverSays: ['If you mean'],
    active: ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'eve@acme.test'],
  },
  'an address that may have lost a part is not suggested': {
    csv: 'Email;First name\nbob berg@acme.test;Bo\n',
    outcome: 'failed',
    finds: [[2, 'EMAIL_INVALID', 'Email']],
    neverSays: ['If you mean'],
  },
  'a decorated address of a new person, with the delete option': {
    csv: 'Email;First name\nNia <nia@acme.test>;Nia\nbob@acme.test;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { deleted: 4, refused: 1, created: 0 },
    finds: [
      [null, 'KEPT'],
      [2, 'EMAIL_INVALID', 'Email'],
    ],
  },
  'a decorated address beside the external id of another user': {
    csv: 'Email;External Id;First name\nmailto:bob@acme.test;K1;Bo\ncat@acme.test;;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { deleted: 2, refused: 1 },
    finds: [
      [null, 'KEPT'],
      [2, 'EMAIL_INVALID', 'Email'],
      [2, 'IDENTITY_CONFLICT', 'External Id'],
    ],
    active: ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test'],
  },
  'an external id with a character without width': {
    csv: 'External Id;First name\nK\u200b1;Kia\nE3;\n',
    options: DELETE,
    atGate: AT_GATE,
    outcome: 'completed_with_errors',
    counts: { refused: 1 },
    finds: [
      [null, 'KEPT'],
      [2, 'CONTROL_CHARACTER', 'External Id'],
      [3, 'REFERENCE_CLEARED', 'Manager'],
    ],
    says: { CONTROL_CHARACTER: ['"K1"'] },
    active: ['K1', 'ann@acme.test', 'cat@acme.test'],
  },
});

/** A word that is no identity, beside an email: the row is applied without the word. */
const wordBesideEmail = (word: string): Situation => ({
  csv: `Email;External Id;First name\neve@acme.test;${word};Eva\n`,
  outcome: 'completed',
  finds: [[2, 'PLACEHOLDER', 'External Id']],
  says: { PLACEHOLDER: ['left out'] },
  users: { 'eve@acme.test': { first: 'Eva' }, [word]: null },
});
/** Such a word alone: the user is unknown, so no user is deleted. */
const wordAlone = (word: string): Situation => ({
  csv: `External Id;First name\n${word};Nia\nE2;\n`,
  options: DELETE,
  outcome: 'completed_with_errors',
  counts: { deleted: 0, created: 0, refused: 1 },
  finds: [
    [null, 'DELETION_OFF'],
    [2, 'NO_IDENTITY', 'External Id'],
  ],
  says: { NO_IDENTITY: [word] },
  users: { [word]: null, K1: { first: 'Kim' } },
});

playSituations('words that are no identity', {
  'a failed lookup beside an email': wordBesideEmail('#N/A'),
  'a failed lookup in Swedish beside an email': wordBesideEmail('#SAKNAS!'),
  'a null of a database beside an email': wordBesideEmail('NULL'),
  'a null of MySQL beside an email': wordBesideEmail('\\N'),
  'a null of Python beside an email': wordBesideEmail('None'),
  'a hyphen beside an email': wordBesideEmail('-'),
  'a failed lookup alone': wordAlone('#N/A'),
  'a failed lookup in German alone': wordAlone('#NV'),
  'a value that is not a number, alone': wordAlone('nan'),
  'a null of Python alone': wordAlone('None'),
  'a question mark alone': wordAlone('?'),
  'a failed lookup as the external id of a new person': {
    csv: 'Email;External Id;First name\nnew@acme.test;#SAKNAS!;New\n',
    outcome: 'completed',
    counts: { created: 1 },
    finds: [[2, 'PLACEHOLDER', 'External Id']],
    users: { 'new@acme.test': { first: 'New' } },
  },
  'a failed lookup as the email of a user with an external id': {
    csv: 'Email;External Id;First name\n#REF!;K1;Kia\n',
    outcome: 'completed',
    finds: [[2, 'PLACEHOLDER', 'Email']],
    users: { K1: { first: 'Kia' } },
  },
  'both identities are words': {
    csv: 'Email;External Id;First name\n#N/A;NULL;Nia\n',
    outcome: 'failed',
    finds: [[2, 'NO_IDENTITY', 'Email']],
    says: { NO_IDENTITY: ['#N/A'] },
  },
  'a failed lookup of a manager does not change the manager': {
    csv: 'Email;First name;Manager\nbob@acme.test;Bo;#N/A\nnia@acme.test;Nia;NULL\n',
    outcome: 'completed',
    finds: [
      [2, 'PLACEHOLDER', 'Manager'],
      [3, 'PLACEHOLDER', 'Manager'],
    ],
    users: { 'bob@acme.test': { first: 'Bo', values: { Manager: 'ann@acme.test' } }, 'nia@acme.test': { values: {} } },
  },
  'initials are an identity': {
    csv: 'External Id;First name\nNA;Nia\n',
    outcome: 'completed',
    finds: [],
    users: { NA: { first: 'Nia' } },
  },
});
