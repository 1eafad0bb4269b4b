import type { FindingCode } from '../../rules/findings/catalogue.ts';
import { ago } from '../support/days.ts';
import type { Organization } from '../support/product.ts';
import type { Scenario } from './scenario.ts';

/** The result of a program that takes UTF-8 for Windows-1252 and saves it as UTF-8 again. */
const TWICE = new TextDecoder('windows-1252').decode(Buffer.from('Åström'));

/** Deletes Bo, who existed before. */
const withoutBo = async (organization: Organization): Promise<void> => {
  const waiting = await organization.toGate('Email\nann@example.com\ncy@example.com\n');
  await organization.approve(waiting);
  expectEnded(await organization.reaches(waiting, 'ended'));
};

/** Warnings. Those that need a deletion are in gate-scenarios.ts. */
export const WARNING_SCENARIOS = {
  UNKNOWN_HEADER: {
    csv: 'Email;Departmnet;Shoe size\nann@example.com;Legal;42\n',
    finds: [
      [1, 'UNKNOWN_HEADER', 'Departmnet', 'Departmnet'],
      [1, 'UNKNOWN_HEADER', 'Shoe size', 'Shoe size'],
    ],
    says: [['"Departmnet"', '"Department"'], ['"Shoe size"']],
    counts: { unchanged: 1 },
  },
  UNNAMED_COLUMN: {
    csv: 'Email;;First name;\nann@example.com;x;Anna;y\n',
    finds: [[1, 'UNNAMED_COLUMN', null, null]],
    says: [['2 columns', 'column 2']],
    counts: { updated: 1 },
  },
  DUPLICATE_IDENTICAL: {
    csv: 'Email;First name\nann@example.com;Anna\nbo@example.com;Bo\n ANN@example.com ;Anna\n',
    finds: [[4, 'DUPLICATE_IDENTICAL', 'Email', 'ANN@example.com']],
    says: [['on line 2']],
    counts: { updated: 1, unchanged: 1, skipped: 1 },
  },
  SHORT_ROW: {
    csv: 'Email;First name;Department\nann@example.com;Anna\n',
    options: { resetEmptyFields: true },
    finds: [[2, 'SHORT_ROW', null, null]],
    says: [['2 of 3 cells']],
    counts: { updated: 1, membershipsChanged: 0 },
  },
  STRAY_QUOTE: {
    csv: 'Email;First name\nann@example.com;Anna "Annie" Berg\n',
    finds: [[2, 'STRAY_QUOTE', null, 'Anna "Annie" Berg']],
    says: [['part of the text']],
    counts: { updated: 1 },
  },
  CASE_VARIANT: {
    csv: 'Email;Department\nbo@example.com;SALES\n',
    finds: [[2, 'CASE_VARIANT', 'Department', 'SALES']],
    says: [['"SALES"', '"Sales"']],
    counts: { updated: 1, segmentsCreated: 0 },
  },
  PLACEHOLDER: {
    csv: 'Email;Department\nbo@example.com;N/A\n',
    finds: [[2, 'PLACEHOLDER', 'Department', 'N/A']],
    says: [['"N/A"', '#CLEAR']],
    counts: { updated: 1, segmentsCreated: 1 },
  },
  HTML_ENTITY: {
    csv: 'Email;Department\nbo@example.com;"R&amp;D"\n',
    finds: [[2, 'HTML_ENTITY', 'Department', 'R&amp;D']],
    says: [['"R&amp;D"', '"R&D"']],
    counts: { updated: 1, segmentsCreated: 1 },
  },
  INVISIBLE_CHARACTER: {
    csv: 'Email;Department\nbo@example.com;Sa\u200bles\n',
    finds: [[2, 'INVISIBLE_CHARACTER', 'Department', 'Sa\u200bles']],
    says: [['U+200B', 'position 3']],
    counts: { updated: 1, segmentsCreated: 1 },
  },
  ENCODING_CONVERTED: {
    csv: Buffer.from('Email;Last name\nann@example.com;Österberg\nbo@example.com;Åström\n', 'latin1'),
    finds: [[null, 'ENCODING_CONVERTED', null, 'Österberg']],
    says: [['Windows-1252', '"Österberg"', '"Åström"']],
    counts: { updated: 2 },
  },
  DOUBLE_ENCODED: {
    csv: `Email;Last name\nann@example.com;${TWICE}\n`,
    finds: [[2, 'DOUBLE_ENCODED', 'Last name', TWICE]],
    says: [['"Åström"']],
    counts: { updated: 1 },
  },
  DELIMITER_DETECTED: {
    csv: 'Email,First name\nann@example.com,Anna\n',
    finds: [[null, 'DELIMITER_DETECTED', null, null]],
    says: [['comma']],
    counts: { updated: 1 },
  },
  EXAMPLE_ROW: {
    csv: 'Email;External Id;First name\nexample.person@example.com;EXAMPLE-ROW;Example\nann@example.com;;Anna\n',
    finds: [[2, 'EXAMPLE_ROW', null, null]],
    says: [['example row']],
    counts: { updated: 1, skipped: 1 },
  },
  HEADER_AGAIN: {
    csv: 'Email;First name\nann@example.com;Anna\nEmail;First name\n',
    finds: [[3, 'HEADER_AGAIN', null, null]],
    says: [['repeats the header']],
    counts: { read: 2, updated: 1, skipped: 1 },
  },
  TRAILING_DELIMITERS: {
    csv: 'Email;First name,,\nann@example.com;Anna,,\n',
    finds: [[null, 'TRAILING_DELIMITERS', null, null]],
    says: [['",,"']],
    counts: { updated: 1 },
  },
  EXISTING_CYCLE: {
    before: async (organization, { sql }) => {
      // The product accepts no cycle. A cycle may come with the users of an older system.
      await sql`update memberships m set values = m.values || jsonb_build_object(a.id::text, bo.id)
        from users ann, users bo, attributes a where m.user_id = ann.id and ann.email = 'ann@example.com'
          and bo.email = 'bo@example.com' and a.name = 'Manager' and ann.organization_id = ${organization.organizationId}
          and bo.organization_id = ann.organization_id and a.organization_id = ann.organization_id`;
    },
    csv: 'Email;First name\ncy@example.com;Cy\nann@example.com;Anna\n',
    finds: [[3, 'EXISTING_CYCLE', 'Manager', null]],
    says: [['ann@example.com (line 3)', 'bo@example.com (existing)', ' → ']],
    counts: { updated: 1, unchanged: 1 },
  },
  NO_RANGE: {
    before: async (organization) => {
      const { body: salary } = await organization.json('POST', '/attributes', { name: 'Salary', type: 'numbers' });
      await organization.json('POST', `/attributes/${salary.id}/segments`, { name: 'Low', lower: 0, upper: 1000 });
    },
    csv: 'Email;Salary\nann@example.com;1000\nbo@example.com;999.99\n',
    finds: [[2, 'NO_RANGE', 'Salary', '1000']],
    says: [['"1000"', 'none of the ranges']],
    counts: { updated: 2 },
  },
  DATE_IMPLAUSIBLE: {
    csv: 'Email;Date of Birth\nann@example.com;2523-01-31\nbo@example.com;1899-12-31\ncy@example.com;1900-01-01\n',
    finds: [
      [2, 'DATE_IMPLAUSIBLE', 'Date of Birth', '2523-01-31'],
      [3, 'DATE_IMPLAUSIBLE', 'Date of Birth', '1899-12-31'],
    ],
    says: [['in the future', 'Buddhist'], ['before 1900']],
    counts: { updated: 3 },
  },
  WORDS_READ: {
    csv: 'Email;Language\nann@example.com;en\nbo@example.com;Svenska\ncy@example.com;German\n',
    finds: [[1, 'WORDS_READ', 'Language', 'Svenska']],
    says: [['"Svenska" on line 3', 'as sv', '2 cells']],
    counts: { updated: 2 },
  },
  RESTORES_DELETED: {
    before: withoutBo,
    csv: 'Email;First name\nbo@example.com;Bo\n',
    finds: [[2, 'RESTORES_DELETED', 'Email', 'bo@example.com']],
    says: [['"Bo" (bo@example.com)', 'restores', /deleted on \d{4}/]],
    counts: { updated: 1, restored: 1 },
  },
  TAKES_DELETED_ID: {
    before: withoutBo,
    csv: 'Email;External Id\ncy@example.com;E2\n',
    finds: [[2, 'TAKES_DELETED_ID', 'External Id', 'E2']],
    says: [['"E2"', '"Bo" (bo@example.com)', /deleted on \d{4}/]],
    counts: { updated: 1 },
  },
  BACKDATE_PARTICIPATION_TRUE: {
    before: (organization) => organization.run('Email;Participate in survey\nann@example.com;FALSE\n'),
    csv: `Email;Participate in survey;Participate in survey backdate\nann@example.com;TRUE;${ago(5)}\n`,
    finds: [[2, 'BACKDATE_PARTICIPATION_TRUE', 'Participate in survey backdate', ago(5)]],
    says: [['cannot be backdated']],
    counts: { updated: 1, backdated: 0 },
  },
  BACKDATE_WITHOUT_VALUE: {
    csv: `Email;Department;Department backdate\nann@example.com;;${ago(5)}\n`,
    finds: [[2, 'BACKDATE_WITHOUT_VALUE', 'Department backdate', ago(5)]],
    says: [['no value', '#CLEAR']],
    counts: { unchanged: 1, backdated: 0 },
  },
} satisfies { [C in FindingCode]?: Scenario };

function expectEnded({ counts }: { counts: { deleted: number } }): void {
  if (counts.deleted !== 1) throw new Error('Bo should have been deleted before');
}
