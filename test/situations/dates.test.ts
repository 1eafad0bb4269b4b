import { expect } from 'vitest';
import { today } from '../support/days.ts';
import { playSituations, type Situation } from './situation.ts';

const TODAY = today();
const inZone = (timeZone: string): Situation['before'] => {
  return async ({ organizationId }, { sql }) =>
    sql`update organizations set time_zone = ${timeZone} where id = ${organizationId}`;
};
const DAY_OF = (value: string | undefined) => ({ values: { 'Date of Birth': value } });

// From bug reports about importers: times, zones, words and years of dates.
playSituations('dates', {
  'dates with 00:00:00 at the end, ISO and day first': {
    csv: 'Email;Date of Birth\nbob@acme.test;1981-01-31 00:00:00\ncat@acme.test;31/01/1982 00:00\ndan@acme.test;1/5/80 0:00\neve@acme.test;02/03/1983 0:00\n',
    outcome: 'completed_with_errors',
    finds: [[4, 'DATE_INVALID', 'Date of Birth']],
    says: { DATE_INVALID: ['two digits'] },
    users: {
      'bob@acme.test': DAY_OF('1981-01-31'),
      'cat@acme.test': DAY_OF('1982-01-31'),
      'eve@acme.test': DAY_OF('1983-03-02'),
    },
  },
  'midnight in other forms, month first': {
    csv: 'Email,Date of Birth,Employment Date\nbob@acme.test,1/31/1981 12:00:00 AM,2020-01-02T00:00:00.000\ncat@acme.test,2/3/1982 12:00:00 AM,2020-01-03T00:00\ndan@acme.test,1/31/1981 12:00:00 PM,\neve@acme.test,,2020-01-04 08:30\n',
    outcome: 'completed_with_errors',
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [4, 'DATE_INVALID', 'Date of Birth'],
      [5, 'DATE_INVALID', 'Employment Date'],
    ],
    says: { DATE_INVALID: ['time of day'] },
    neverSays: ['1981-01-31', '2020-01-04,'],
    users: { 'bob@acme.test': DAY_OF('1981-01-31'), 'cat@acme.test': DAY_OF('1982-02-03') },
  },
  'a birthday exported as a moment of UTC': {
    before: inZone('Europe/Stockholm'),
    csv: 'Email;Date of Birth\nbob@acme.test;1980-01-30T23:00:00.000Z\ncat@acme.test;1985-06-14T22:00:00.000Z\ndan@acme.test;1985-06-15T00:00:00+09:00\neve@acme.test;\n',
    outcome: 'completed_with_errors',
    counts: { refused: 3 },
    finds: [2, 3, 4].map((line) => [line, 'DATE_INVALID', 'Date of Birth']),
    says: { DATE_INVALID: ['it is 1980-01-31', 'it is 1985-06-15', 'time zone of the organization'] },
    neverSays: [/is 1980-01-30\b/, /is 1985-06-14\b/],
  },
  'a birthday exported as midnight of UTC, of an organization west of it': {
    before: inZone('America/Los_Angeles'),
    csv: 'Email;Date of Birth\nbob@acme.test;1980-01-31T00:00:00Z\ncat@acme.test;1980-01-31T08:00:00Z\n',
    outcome: 'failed',
    finds: [2, 3].map((line) => [line, 'DATE_INVALID', 'Date of Birth']),
    says: { DATE_INVALID: ['it is 1980-01-31', 'year-month-day'] },
    neverSays: ['1980-01-30'],
  },
  'months as words': {
    csv: 'Email;Date of Birth;Employment Date\nbob@acme.test;31. Januar 1981;1 févr. 2020\ncat@acme.test;"Jan 31, 1982";05-Mai-2020\ndan@acme.test;31-Jan-1983;5. März 2020\neve@acme.test;31 Foo 1983;\n',
    outcome: 'completed_with_errors',
    finds: [[5, 'DATE_INVALID', 'Date of Birth']],
    users: {
      'bob@acme.test': { values: { 'Date of Birth': '1981-01-31', 'Employment Date': '2020-02-01' } },
      'cat@acme.test': { values: { 'Date of Birth': '1982-01-31', 'Employment Date': '2020-05-05' } },
      'dan@acme.test': { values: { 'Date of Birth': '1983-01-31', 'Employment Date': '2020-03-05' } },
    },
  },
  'a month in words proves the order, except an English one with the day first': {
    csv: 'Email;Date of Birth;Employment Date\nbob@acme.test;3. Mai 1981;31-Jan-2020\ncat@acme.test;04.05.1982;03/04/2020\n',
    outcome: 'completed_with_errors',
    finds: [[3, 'DATE_AMBIGUOUS', 'Employment Date']],
    users: { 'bob@acme.test': { values: { 'Date of Birth': '1981-05-03', 'Employment Date': '2020-01-31' } } },
    after: async (_acme, { file }) => {
      expect(file.reading[1]).toMatchObject({ format: 'day_first', proof: { value: '3. Mai 1981' } });
    },
  },
  'two-digit years': {
    csv: 'Email;Date of Birth\nbob@acme.test;31.12.80\ncat@acme.test;01/02/65\ndan@acme.test;31-Jan-80\neve@acme.test;\n',
    outcome: 'completed_with_errors',
    finds: [2, 3, 4].map((line) => [line, 'DATE_INVALID', 'Date of Birth']),
    says: { DATE_INVALID: ['two centuries'] },
    neverSays: ['1980', '1965', '2065'],
  },
  'numbers that are usually no spreadsheet days': {
    csv: 'Email;Date of Birth\nbob@acme.test;1980\ncat@acme.test;310180\ndan@acme.test;29251\neve@acme.test;19800131\n',
    outcome: 'failed',
    finds: [2, 3, 4, 5].map((line) => [line, 'DATE_INVALID', 'Date of Birth']),
    says: { DATE_INVALID: ['a year without month and day', 'mean 1980-01-31'] },
    neverSays: ['1905', '2749'],
  },
  'birth in the years of other calendars': {
    before: async (acme) => {
      const { body } = await acme.json<{ items: { id: string; name: string }[] }>('GET', '/attributes?limit=200');
      const birth = body.items.find(({ name }) => name === 'Date of Birth');
      expect((await acme.json('PATCH', `/attributes/${birth?.id}`, { name: 'Geburtstag' })).status).toBe(200);
    },
    csv: 'Email;Geburtstag;Employment Date\nbob@acme.test;2523-01-31;2099-01-01\ncat@acme.test;1365-05-12;\ndan@acme.test;2099-01-01;\neve@acme.test;9999-12-31;\n',
    outcome: 'completed',
    counts: { updated: 4, warnings: 4 },
    finds: [2, 3, 4, 5].map((line) => [line, 'DATE_IMPLAUSIBLE', 'Geburtstag']),
    users: { 'bob@acme.test': { values: { Geburtstag: '2523-01-31', 'Employment Date': '2099-01-01' } } },
  },
  'dates of a backdate column': {
    csv: [
      'Email\tDepartment\tDepartment backdate',
      `bob@acme.test\tHR\t${TODAY} 00:00:00`,
      `cat@acme.test\tIT\t${TODAY}T10:00:00Z`,
      `dan@acme.test\tIT\t${TODAY} 10:30`,
      'eve@acme.test\tHR\t31. Januar 1980',
      '',
    ].join('\n'),
    outcome: 'completed_with_errors',
    counts: { updated: 4, backdated: 1 },
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [3, 'BACKDATE_INVALID', 'Department backdate'],
      [4, 'BACKDATE_INVALID', 'Department backdate'],
      [5, 'BACKDATE_TOO_OLD', 'Department backdate'],
    ],
    says: { BACKDATE_INVALID: ['a moment with a time zone', 'the value goes without a backdate', 'time of day'] },
    users: { 'cat@acme.test': { values: { Department: 'IT' } } },
  },
});
