import { expect } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { Organization } from '../support/product.ts';
import { addSegment, playSituations } from './situation.ts';

/** The unread columns with data, as the API names them. */
const unread =
  (...columns: [header: string, filled: number, nearest: string[]][]) =>
  async (_: Organization, ended: MassEditJson) => {
    expect(ended.file.unreadColumns).toEqual(columns.map(([header, filled, nearest]) => ({ header, filled, nearest })));
    expect(ended.file.unreadColumnCount).toBe(columns.length);
  };

playSituations('house', {
  'RP44: a sharp s in capitals finds its segment': {
    before: (acme) => addSegment(acme, 'Department', 'Großkunden'),
    csv: 'Email;Department\nbob@acme.test;GROSSKUNDEN\n',
    outcome: 'completed',
    finds: [[2, 'CASE_VARIANT', 'Department']],
    says: { CASE_VARIANT: ['Großkunden'] },
    users: { 'bob@acme.test': { values: { Department: 'Großkunden' } } },
    newSegments: [],
  },
  'RP45: the Turkish capital of i makes one segment': {
    csv: 'Email;Department\neve@acme.test;İK\nbob@acme.test;ik\ncat@acme.test;ık\n',
    outcome: 'completed',
    finds: [
      [3, 'CASE_VARIANT', 'Department'],
      [4, 'CASE_VARIANT', 'Department'],
    ],
    newSegments: ['İK'],
  },
  'a name in typographic characters equals that in keyboard characters': {
    before: async (acme) => {
      await addSegment(acme, 'Department', "Director's office");
      await addSegment(acme, 'Department', 'Research - Lab');
      await addSegment(acme, 'Department', 'Fin');
    },
    csv: 'Email;Department\nbob@acme.test;Director’s Office\ncat@acme.test;Research\u00a0– \u2009Lab\ndan@acme.test;ﬁn\n',
    outcome: 'completed',
    finds: [
      [2, 'CASE_VARIANT', 'Department'],
      [3, 'CASE_VARIANT', 'Department'],
      [4, 'CASE_VARIANT', 'Department'],
    ],
    users: {
      'bob@acme.test': { values: { Department: "Director's office" } },
      'cat@acme.test': { values: { Department: 'Research - Lab' } },
      'dan@acme.test': { values: { Department: 'Fin' } },
    },
    newSegments: [],
  },
  'Greek, Danish, full-width and compatibility letters in another case': {
    before: async (acme) => {
      for (const name of ['Πωλητές', 'ÆRØ', 'ＩＴ Support', '№ 5', 'Ångström'])
        await addSegment(acme, 'Department', name);
    },
    csv: 'Email;Department\nbob@acme.test;ΠΩΛΗΤΈΣ\ncat@acme.test;ærø\ndan@acme.test;it support\neve@acme.test;no 5\n"";\n;\n',
    outcome: 'completed',
    finds: [2, 3, 4, 5].map((line) => [line, 'CASE_VARIANT', 'Department']),
    newSegments: [],
  },
  'different letters stay different': {
    before: async (acme) => {
      for (const name of ['Forvaltning', 'Ol', 'Aero']) await addSegment(acme, 'Department', name);
    },
    csv: 'Email;Department\nbob@acme.test;Förvaltning\ncat@acme.test;Øl\ndan@acme.test;Ærø\n',
    outcome: 'completed',
    finds: [],
    newSegments: ['Förvaltning', 'Ærø', 'Øl'],
  },
  'two segments that an earlier version distinguished stay two': {
    before: async (acme, { sql }) => {
      await addSegment(acme, 'Department', 'Straße');
      await sql`insert into segments (organization_id, attribute_id, name, twin)
        select organization_id, attribute_id, 'STRASSE', 1 from segments
        where organization_id = ${acme.organizationId} and name = 'Straße'`;
    },
    csv: 'Email;Department\nbob@acme.test;Straße\ncat@acme.test;STRASSE\ndan@acme.test;strasse\neve@acme.test;STRAßE\n',
    outcome: 'completed',
    finds: [
      [4, 'CASE_VARIANT', 'Department'],
      [5, 'CASE_VARIANT', 'Department'],
    ],
    users: {
      'bob@acme.test': { values: { Department: 'Straße' } },
      'cat@acme.test': { values: { Department: 'STRASSE' } },
      'dan@acme.test': { values: { Department: 'STRASSE' } },
      'eve@acme.test': { values: { Department: 'Straße' } },
    },
    newSegments: [],
    after: async (acme) => {
      await rename(acme, 'STRASSE', { aliases: ['Gasse'] });
      await acme.change('dan@acme.test', { attributes: { Department: 'Straße' } });
      expect((await acme.people())['dan@acme.test']?.values).toMatchObject({ Department: 'Straße' });
    },
  },
  'a name that becomes too long for the index is refused': {
    csv: `Email;Department\nbob@acme.test;${'\ufdfa'.repeat(199)}\ncat@acme.test;${'ŉ'.repeat(200)}\n`,
    outcome: 'completed_with_errors',
    finds: [[2, 'TOO_LONG', 'Department']],
    users: { 'bob@acme.test': { values: { Department: 'IT' } } },
  },
  'a renamed segment is found by its old name': {
    before: async (acme) => {
      await rename(acme, 'Sales', { name: 'Growth' });
      await rename(acme, 'HR', { name: 'People', keepOldName: false });
    },
    csv: 'Email;Department\nbob@acme.test;SALES\ncat@acme.test;HR\n',
    outcome: 'completed',
    finds: [],
    users: {
      'bob@acme.test': { values: { Department: 'Growth' } },
      'cat@acme.test': { values: { Department: 'HR' } },
    },
    newSegments: ['HR'],
  },

  'columns of another system are named': {
    csv: 'Employee ID;Email;Departmnet;Cost centre;Shoe size;;Empty\n1;bob@acme.test;HR;7;44;x;\n2;cat@acme.test;;8;;y; \n',
    outcome: 'completed',
    finds: [
      [1, 'UNKNOWN_HEADER', 'Employee ID'],
      [1, 'UNKNOWN_HEADER', 'Departmnet'],
      [1, 'UNKNOWN_HEADER', 'Cost centre'],
      [1, 'UNKNOWN_HEADER', 'Shoe size'],
      [1, 'UNKNOWN_HEADER', 'Empty'],
      [1, 'UNNAMED_COLUMN'],
    ],
    says: { UNKNOWN_HEADER: ['"External Id"', '"Department"', 'POST /v1/organizations/'] },
    neverSays: ['attribute first'],
    after: unread(
      ['Employee ID', 2, ['External Id']],
      ['Departmnet', 1, ['Department']],
      ['Cost centre', 2, ['Department']],
      ['Shoe size', 1, []],
      ['', 2, []],
    ),
  },
  'columns of a German, French and Spanish system get suggestions': {
    csv: 'Email;Vorname;NACHNAME;Abteilung;Eintrittsdatum;Vorgesetzter;Langue;Prenom;Fecha de nacimiento\nbob@acme.test;a;b;c;d;e;f;g;h\n',
    outcome: 'completed',
    finds: [
      'Vorname',
      'NACHNAME',
      'Abteilung',
      'Eintrittsdatum',
      'Vorgesetzter',
      'Langue',
      'Prenom',
      'Fecha de nacimiento',
    ].map((header) => [1, 'UNKNOWN_HEADER', header]),
    neverSays: ['POST /v1/organizations/'],
    after: unread(
      ['Vorname', 1, ['First name']],
      ['NACHNAME', 1, ['Last name']],
      ['Abteilung', 1, ['Department']],
      ['Eintrittsdatum', 1, ['Employment Date']],
      ['Vorgesetzter', 1, ['Manager']],
      ['Langue', 1, ['Language']],
      ['Prenom', 1, ['First name']],
      ['Fecha de nacimiento', 1, ['Date of Birth']],
    ),
  },
  'a header with a known meaning gets no suggestion of a similar name': {
    csv: 'Email;Employment type;Employment Status\nbob@acme.test;Full-time;Active\n',
    outcome: 'completed',
    finds: [[1, 'UNKNOWN_HEADER', 'Employment Status']],
    neverSays: ['"Employment Date"'],
    after: unread(['Employment Status', 1, []]),
  },
  'users whose only identity is in an unread column are not deleted': {
    csv: 'Email;Personalnummer;Vorname\nbob@acme.test;E2;Bob\n;K1;Kim\n; ;\ncat@acme.test;E3;Cat\n',
    options: { deleteMissingUsers: true },
    outcome: 'completed_with_errors',
    counts: { read: 3, unchanged: 2, refused: 1, deleted: 0 },
    finds: [
      [null, 'DELETION_OFF'],
      [1, 'UNKNOWN_HEADER', 'Personalnummer'],
      [1, 'UNKNOWN_HEADER', 'Vorname'],
      [3, 'NO_IDENTITY'],
    ],
    says: { DELETION_OFF: ['line 3'] },
    active: ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'],
    after: unread(['Personalnummer', 3, ['External Id']], ['Vorname', 3, ['First name']]),
  },
  'a line below the table in an ignored column stops no deletion': {
    csv: 'Email;External Id;_note\nbob@acme.test;;\ncat@acme.test;;\ndan@acme.test;;\n;K1;\n;;made by hand\n',
    options: { deleteMissingUsers: true },
    atGate: async (_acme, { deletion }) => expect(deletion).toMatchObject({ count: 1 }),
    outcome: 'completed',
    counts: { read: 4, deleted: 1 },
    finds: [[null, 'KEPT']],
    users: { 'eve@acme.test': null },
  },
  'a column that the file already has is not suggested again': {
    csv: 'Email;External Id;EmployeeNumber\nbob@acme.test;;4711\n',
    outcome: 'completed',
    finds: [[1, 'UNKNOWN_HEADER', 'EmployeeNumber']],
    says: { UNKNOWN_HEADER: ['has the column "External Id" already'] },
    after: unread(['EmployeeNumber', 1, []]),
  },
  'every column is read': {
    csv: 'Email;Department;_note\nbob@acme.test;HR;mine\n',
    outcome: 'completed',
    finds: [],
    after: unread(),
  },
  'a file that failed as a whole lists no column': {
    csv: 'First name;Shoe size\nBob;44\n',
    outcome: 'failed',
    finds: [
      [1, 'UNKNOWN_HEADER', 'Shoe size'],
      [1, 'NO_IDENTITY_COLUMN'],
    ],
    after: unread(),
  },
  'RP59: headers with invisible characters, in full width, with other dashes': {
    csv: '\ufeff\u200bEmail;First\u00adname;Ｌast\u00a0 ｎame;De\u2060partment\nbob@acme.test;Bo;Bergh;HR\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo', last: 'Bergh', values: { Department: 'HR' } } },
  },
});

async function rename(acme: Organization, segment: string, change: object): Promise<void> {
  const { body } = await acme.json<{ items: { id: string; name: string }[] }>('GET', '/attributes?limit=200');
  const path = `/attributes/${body.items.find(({ name }) => name === 'Department')?.id}/segments`;
  const { body: segments } = await acme.json<{ items: { id: string; name: string }[] }>('GET', path);
  const id = segments.items.find(({ name }) => name === segment)?.id;
  expect((await acme.json('PATCH', `${path}/${id}`, change)).status).toBe(200);
}
