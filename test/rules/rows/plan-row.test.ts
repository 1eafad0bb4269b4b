import { describe, expect, test } from 'vitest';
import type { ExistingUser } from '../../../rules/rows/compare-row.ts';
import { planRow } from '../../../rules/rows/plan-row.ts';
import type { ReferencedUser, RowFacts } from '../../../rules/rows/row-facts.ts';
import { columnsOf, FULL, parsedRowOf } from '../interpret.ts';

/** Ann in the database: in IT, born in 1990, for four weeks; her manager is user 8, for ten days. Today is June 15. */
const ANN: ExistingUser = {
  ...{
    id: 7,
    publicId: 'ann',
    version: 3,
    isDeleted: false,
    deletedOn: null,
    participates: true,
    language: 'en',
    firstName: 'Ann',
    lastName: 'Berg',
  },
  ...{ email: 'Ann@x.se', emailKey: 'ann@x.se', externalId: null, externalIdKey: null },
  values: { 1: 10, 2: '1990-02-28', 4: 8 },
  since: '2026-05-20',
  sinceOf: { 4: '2026-06-05' },
  membershipVersion: 2,
};
const SAYS = { Email: 'ann@x.se' };
const HEADERS = `${FULL};Department backdate;Manager backdate`;

const someone = (id: number, more: Partial<ReferencedUser> = {}): ReferencedUser => ({
  ...{ id, namesVersion: 1, line: null, exists: true },
  ...more,
});

type About = Partial<RowFacts['match']> &
  Partial<Pick<RowFacts, 'clearedReferences' | 'otherReferencesVersion' | 'respelled'>>;
type Given = About & { manager?: ReferencedUser | null; movedByDate?: string[] };

/** Plans one row, given by header, about Ann or `person`; line 2. */
const plan = (cells: Record<string, string>, { manager, movedByDate = [], ...about }: Given = {}) => {
  const { clearedReferences = [], otherReferencesVersion = 0, respelled = [], ...match } = about;
  const parsed = parsedRowOf(
    HEADERS,
    HEADERS.split(';')
      .map((header) => cells[header] ?? '')
      .join(';'),
  );
  const { values: columns } = columnsOf(HEADERS);
  const key = (text: string | null) => text?.toLowerCase() ?? null;
  const referencedUsers = columns.map(({ kind }) => (kind === 'users' ? manager : undefined));
  return planRow(parsed, {
    ...{ columns, referencedUsers, clearedReferences },
    ...{ otherReferencesVersion, effectiveBackdates: new Set(movedByDate), alsoPresent: null },
    ...{ respelled, takenIdentities: [], suggestedReferences: [], wholeIdentities: null, isUser: () => false },
    match: {
      ...{
        userId: 7,
        user: ANN,
        conflictingUserId: null,
        emailKey: key(parsed.email),
        externalIdKey: key(parsed.externalId),
      },
      ...match,
    },
    nameOf: (id) => `attribute ${id}`,
  });
};
const codes = (row: ReturnType<typeof plan>) => row.findings.map(({ code }) => code);

describe('an existing user', () => {
  test('stays unchanged if the row repeats the stored values', () => {
    const row = plan(
      {
        ...SAYS,
        'First name': 'Ann',
        'Last name': 'Berg',
        Department: 'IT',
        'Date of Birth': '1990-02-28',
        Manager: 'bo',
      },
      { manager: someone(8, { namesVersion: 5 }) },
    );
    expect(row).toMatchObject({
      ...{
        action: 'unchanged',
        userId: 7,
        userVersion: 3,
        membershipVersion: 2,
        findsActiveUser: true,
        restores: false,
      },
      ...{
        attributesAfter: null,
        attributesBefore: null,
        before: null,
        references: { 4: 8 },
        referencesVersion: 5,
        findings: [],
      },
    });
  });

  test('is changed only in the values that differ', () => {
    const row = plan({ ...SAYS, 'First name': 'Anna', Department: 'New', 'Date of Birth': '#CLEAR', Salary: '12.50' });
    expect(row).toMatchObject({
      action: 'update',
      fields: { firstName: 'Anna', lastName: null, email: null, language: null, participates: null },
      before: { firstName: 'Ann' },
      attributesBefore: { 1: 10, 2: '1990-02-28' },
      attributesChanged: 3,
    });
    expect(JSON.parse(row.attributesAfter ?? '')).toEqual({ 1: 101, 2: null, 3: '12.5' });
  });

  test('gets an identity only if it has none', () => {
    expect(plan({ ...SAYS, 'External Id': 'E1' })).toMatchObject({ action: 'update', fields: { externalId: 'E1' } });
    const has = { ...ANN, externalId: 'E2', externalIdKey: 'e2' };
    expect(codes(plan({ ...SAYS, 'External Id': 'E1' }, { user: has }))).toEqual(['EXTERNAL_ID_CHANGE']);
    const zeros = { kind: 'externalId', zeros: true, present: '0042', otherLine: null } as const;
    expect(codes(plan({ ...SAYS, 'External Id': '42' }, { respelled: [zeros] }))).toEqual(['LEADING_ZEROS_LOST']);
    expect(codes(plan({ ...SAYS, 'External Id': '42.0' }, { respelled: [{ ...zeros, zeros: false }] }))).toEqual([
      'IDENTITY_RESPELLED',
    ]);
    expect(codes(plan({ Email: 'b@x.se' }))).toEqual(['EMAIL_CHANGE']);
    expect(plan({ Email: 'ANN@X.SE' })).toMatchObject({ action: 'unchanged', fields: { email: null } });
  });

  test('is not changed by a row whose identities find two users, and both count as present', () => {
    const row = plan({ ...SAYS, 'External Id': 'E1', 'First name': 'Anna' }, { conflictingUserId: 9 });
    expect(row).toMatchObject({
      action: 'refused',
      userId: 7,
      findsActiveUser: true,
      conflictingUserId: 9,
      attributesAfter: null,
    });
    expect(codes(row)).toEqual(['IDENTITY_CONFLICT']);
  });
});

describe('a reference', () => {
  test('becomes the value if the user is found', () => {
    const row = plan(
      { ...SAYS, Manager: 'cat' },
      { manager: someone(12, { namesVersion: 4 }), otherReferencesVersion: 3 },
    );
    expect(row).toMatchObject({
      action: 'update',
      attributesAfter: '{"4":12}',
      references: { 4: 12 },
      dependsOnLines: null,
      referencesVersion: 7,
    });
  });

  test('depends on the row that gives an existing user the identity', () => {
    expect(plan({ ...SAYS, Manager: 'cat' }, { manager: someone(12, { line: 9 }) }).dependsOnLines).toEqual({ 4: 9 });
    expect(
      plan({ ...SAYS, Manager: 'cat' }, { manager: someone(12, { line: 9, exists: false }) }).dependsOnLines,
    ).toBeNull();
  });

  test('refuses the row if no user is found', () => {
    const row = plan({ ...SAYS, Manager: 'cat' }, { manager: null });
    expect([row.action, codes(row)]).toEqual(['refused', ['PERSON_NOT_FOUND']]);
  });

  test("to the row's own user is ignored with its backdate, and the other cells are applied", () => {
    const cells = { Email: 'ann@x.se', 'Last name': 'Other', Manager: 'ann@x.se', 'Manager backdate': '2026-06-01' };
    const row = plan(cells, { manager: someone(7, { line: 2 }) });
    expect(codes(row)).toEqual(['PERSON_IS_SELF']);
    expect(row).toMatchObject({
      action: 'update',
      attributesAfter: null,
      references: null,
      dependsOnLines: null,
      backdates: null,
    });
    expect(row.fields.lastName).toBe('Other');
  });
});

describe('a question mark', () => {
  const UMA: Given = {
    user: { ...ANN, firstName: 'Åsa', email: 'åsa@x.se', emailKey: 'åsa@x.se', externalId: 'Ö1' },
  };

  test('refuses the row if the stored name or identity has a letter there', () => {
    const row = plan({ Email: '?sa@x.se', 'External Id': '?1', 'First name': '?sa' }, UMA);
    expect([row.action, codes(row)]).toEqual(['refused', ['LETTER_LOST', 'LETTER_LOST']]);
    expect(row.findings.map(({ details }) => details)).toEqual([{ present: 'åsa@x.se' }, { present: 'Åsa' }]);
  });

  test('has no finding if the stored name has it too, and is a warning at the end of another word', () => {
    const user = { ...ANN, firstName: 'Who?' };
    expect(plan({ ...SAYS, 'First name': 'Who?' }, { user })).toMatchObject({ action: 'unchanged', findings: [] });
    const row = plan({ ...SAYS, 'First name': 'What?' }, { user });
    expect(row).toMatchObject({ action: 'update', findings: [{ code: 'LETTER_LOST', details: { applied: true } }] });
  });

  test('is a warning for a new user', () => {
    const row = plan({ Email: 'n?w@x.se', 'First name': 'N?w' }, { userId: 90, user: null });
    expect([row.action, codes(row)]).toEqual(['create', ['LETTER_LOST', 'LETTER_LOST']]);
  });
});

describe('a new user', () => {
  const NEW: Given = { userId: 90, user: null };

  test('has the values of the row, and defaults for the others', () => {
    expect(plan({ Email: 'new@x.se', 'First name': 'New', Department: 'IT' }, NEW)).toMatchObject({
      ...{
        action: 'create',
        userId: 90,
        userVersion: null,
        findsActiveUser: false,
        before: null,
        attributesAfter: '{"1":10}',
      },
      fields: {
        ...{ email: 'new@x.se', externalId: null, firstName: 'New', lastName: null },
        ...{ language: 'en', participates: true },
      },
    });
  });

  test('needs a first name, and cannot be backdated', () => {
    expect(codes(plan({ Email: 'new@x.se' }, NEW))).toEqual(['REQUIRED_MISSING']);
    const dated = plan(
      { Email: 'new@x.se', 'First name': 'New', Department: 'IT', 'Department backdate': '2026-06-01' },
      NEW,
    );
    expect(codes(dated)).toEqual(['BACKDATE_NEW_USER']);
    expect(dated).toMatchObject({ action: 'create', backdates: null });
  });
});

describe('a deleted user', () => {
  const GONE: Given = { user: { ...ANN, isDeleted: true } };

  test('is restored by a row with only the identity', () => {
    const row = plan(SAYS, GONE);
    expect(row).toMatchObject({ action: 'update', restores: true, findsActiveUser: false });
    expect(codes(row)).toEqual(['RESTORES_DELETED']);
  });

  test('loses a reference to a user that is gone, unless the row names another', () => {
    const lost = { ...GONE, clearedReferences: ['4'] };
    const row = plan(SAYS, lost);
    expect(row).toMatchObject({ attributesAfter: '{"4":null}', attributesBefore: { 4: 8 } });
    expect(codes(row)).toEqual(['RESTORES_DELETED', 'REFERENCE_CLEARED']);
    const named = plan({ ...SAYS, Manager: 'cat' }, { ...lost, manager: someone(12) });
    expect(named.attributesAfter).toBe('{"4":12}');
    expect(codes(named)).toEqual(['RESTORES_DELETED']);
  });
});

describe('a backdate', () => {
  test('has an effect on a change or a membership that began later, not on one that began before', () => {
    const dated = (day: string, cells: Record<string, string>) =>
      plan({ ...SAYS, ...cells, 'Department backdate': day }).backdates;
    expect(dated('2026-06-01', { Department: 'New' })).toEqual({ 1: '2026-06-01' });
    expect(dated('2026-05-10', { Department: 'IT' })).toEqual({ 1: '2026-05-10' });
    expect(dated('2026-06-01', { Department: 'IT' })).toBeNull();
  });

  test('is compared with the first day of its attribute, if that has its own', () => {
    const dated = (day: string) =>
      plan({ ...SAYS, Manager: 'bo', 'Manager backdate': day }, { manager: someone(8) }).backdates;
    expect(dated('2026-06-01')).toEqual({ 4: '2026-06-01' });
    expect(dated('2026-06-10')).toBeNull();
  });

  test('of a cleared value moves a membership that ended later', () => {
    const cells = { ...SAYS, Department: '#CLEAR', 'Department backdate': '2026-06-01' };
    expect(plan(cells).backdates).toEqual({ 1: '2026-06-01' });
    const inNothing = { user: { ...ANN, values: {} } };
    expect(plan(cells, inNothing).backdates).toBeNull();
    expect(plan(cells, { ...inNothing, movedByDate: ['1'] })).toMatchObject({
      ...{ action: 'update', backdates: { 1: '2026-06-01' }, attributesAfter: null },
    });
  });
});

test('the plan of a refused row has the user, the identity and the references of the row', () => {
  const cells = { Email: 'ann', 'External Id': 'E1', 'First name': 'Anna', Department: 'New', Manager: 'cat' };
  expect(plan(cells, { manager: someone(12) })).toMatchObject({
    ...{
      action: 'refused',
      userId: 7,
      findsActiveUser: true,
      references: { 4: 12 },
      attributesAfter: null,
      backdates: null,
    },
    fields: { email: null, externalId: 'E1', firstName: 'Anna' },
  });
});
