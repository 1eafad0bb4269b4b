import type { FindingCode } from '../../rules/findings/catalogue.ts';
import { ADMIN } from '../support/product.ts';
import type { Found, Scenario } from './scenario.ts';

const DELETING = { deleteMissingUsers: true };
const REVIEWED = { review: 'always' } as const;
/** These files do not name the uploader, who stays. */
const UPLOADER_KEPT: Found = [null, 'KEPT', null, null];
const nothing = async (): Promise<void> => {};

/** Findings from deletions, and from changes by others between the plan and its application. */
export const GATE_SCENARIOS = {
  CHANGED_SINCE_PLAN: {
    csv: 'Email;First name\nann@example.com;Anna\ncy@example.com;Cyan\n',
    options: DELETING,
    before: (organization) => organization.run('Email;First name\ndan@example.com;Dan\n'),
    atGate: async (organization) => {
      await organization.change('cy@example.com', { lastName: 'Needed' });
      await organization.change('dan@example.com', { lastName: 'Needed too' });
    },
    finds: [UPLOADER_KEPT, [null, 'CHANGED_SINCE_PLAN', null, null], [3, 'CHANGED_SINCE_PLAN', null, null]],
    // Without a line, only the name tells which user the finding is about.
    says: [['dan@example.com'], ['changed after the plan was made', 'upload the row again']],
    counts: { read: 2, updated: 1, refused: 1, deleted: 1 },
  },
  EMAIL_TAKEN: {
    csv: 'Email;External Id;First name\ndan@example.com;E7;Dan\neve@example.com;E8;Eve\n',
    options: REVIEWED,
    atGate: (organization) => organization.change('cy@example.com', { email: 'dan@example.com' }),
    finds: [[2, 'EMAIL_TAKEN', 'Email', 'dan@example.com']],
    says: [['"dan@example.com"', 'another user']],
    counts: { refused: 1, created: 1 },
  },
  EXTERNAL_ID_TAKEN: {
    csv: 'Email;External Id;First name\ndan@example.com;E7;Dan\neve@example.com;E8;Eve\n',
    options: REVIEWED,
    atGate: (organization) => organization.change('cy@example.com', { externalId: 'E7' }),
    finds: [[2, 'EXTERNAL_ID_TAKEN', 'External Id', 'E7']],
    says: [['"E7"', 'another user']],
    counts: { refused: 1, created: 1 },
  },
  PERSON_DELETED: {
    csv: 'Email;First name;Manager\ncy@example.com;Cy;ann@example.com\nbo@example.com;Bo;cy@example.com\n',
    options: DELETING,
    atGate: nothing,
    finds: [UPLOADER_KEPT, [2, 'PERSON_DELETED', 'Manager', 'ann@example.com']],
    says: [['"ann@example.com"', 'add the person to the file']],
    counts: { refused: 1, updated: 1, deleted: 1 },
  },
  REFERENCE_CLEARED: {
    csv: 'Email;First name\ncy@example.com;Cy\nbo@example.com;Bo\n',
    options: DELETING,
    atGate: nothing,
    finds: [UPLOADER_KEPT, [3, 'REFERENCE_CLEARED', 'Manager', null]],
    says: [['bo@example.com', 'Manager']],
    counts: { unchanged: 2, deleted: 1 },
  },
  NAME_OF_MISSING: {
    before: (organization) => organization.run('Email;Last name\nbo@example.com;Berg\n'),
    csv: 'Email;First name;Last name\nann@example.com;;\nb.lind@example.com;bo;BERG\n',
    options: DELETING,
    atGate: nothing,
    finds: [UPLOADER_KEPT, [3, 'NAME_OF_MISSING', null, null]],
    says: [['"bo BERG"', 'bo@example.com']],
    counts: { created: 1, deleted: 2 },
  },
  DELETION_OFF: {
    csv: 'Email;First name\nann@example.com;Ann\nnot an address;Bo\n',
    options: DELETING,
    finds: [
      [null, 'DELETION_OFF', null, null],
      [3, 'EMAIL_INVALID', 'Email', 'not an address'],
    ],
    says: [['No user is deleted', 'line 3']],
    counts: { unchanged: 1, refused: 1, deleted: 0 },
  },
  KEPT: {
    before: (organization) => organization.change('ann@example.com', { role: 'admin' }),
    csv: 'Email;First name\ncy@example.com;Cy\n',
    options: DELETING,
    atGate: nothing,
    finds: [UPLOADER_KEPT, [null, 'KEPT', null, null]],
    says: [
      [ADMIN, 'uploaded it'],
      ['ann@example.com', 'administrators'],
    ],
    counts: { unchanged: 1, deleted: 1 },
  },
} satisfies { [C in FindingCode]?: Scenario };
