import { describe, expect, test } from 'vitest';
import { type AttributeHeader, matchHeaders } from '../../../rules/columns/headers.ts';

const ATTRIBUTES: AttributeHeader[] = [
  { id: 1, name: 'Department', type: 'choices' },
  { id: 2, name: 'Date of Birth', type: 'dates' },
  { id: 3, name: 'Manager', type: 'users' },
];
const read = (...cells: string[]) => matchHeaders(cells, ATTRIBUTES);
const codesOf = (...cells: string[]) => read(...cells).findings.map(({ code }) => code);

test('built-in columns and attributes are found in any order, case and spacing', () => {
  const { columns, findings } = read(
    ' department ',
    'EMAIL',
    'first  NAME',
    'Date of birth',
    '\ufeffManager',
    'External Id',
  );
  expect(findings).toEqual([]);
  expect(columns?.width).toBe(6);
  expect(columns?.list.map(({ index, name, kind, key }) => [index, name, kind, key])).toEqual([
    [0, 'Department', 'choices', '1'],
    [1, 'Email', 'email', 'email'],
    [2, 'First name', 'firstName', 'firstName'],
    [3, 'Date of Birth', 'dates', '2'],
    [4, 'Manager', 'users', '3'],
    [5, 'External Id', 'externalId', 'externalId'],
  ]);
});

test('built-in headers are known in Swedish too', () => {
  const { columns } = read('E-post', 'Externt id', 'Förnamn', 'Efternamn', 'Språk', 'Deltar i undersökning');
  expect(columns?.list.map(({ kind }) => kind)).toEqual([
    'email',
    'externalId',
    'firstName',
    'lastName',
    'language',
    'participates',
  ]);
});

test('an attribute has priority over a translated label, and a built-in header over an attribute', () => {
  const { columns } = matchHeaders(
    ['Email', 'Språk'],
    [
      { id: 7, name: 'Språk', type: 'choices' },
      { id: 8, name: 'Email', type: 'choices' },
    ],
  );
  expect(columns?.list.map(({ kind }) => kind)).toEqual(['email', 'choices']);
});

describe('backdate columns', () => {
  test('belong to the column in their name', () => {
    const { columns } = read(
      'Email',
      'Department',
      'department BACKDATE',
      'Participate in survey backdate',
      'Participate in survey',
    );
    expect(columns?.list.filter(({ kind }) => kind === 'backdate').map(({ name, key }) => [name, key])).toEqual([
      ['Department backdate', '1'],
      ['Participate in survey backdate', 'participates'],
    ]);
  });

  test('without that column are a file error', () => {
    const { columns, findings } = read('Email', 'Department backdate');
    expect(columns).toBeNull();
    expect(findings).toMatchObject([
      { code: 'BACKDATE_WITHOUT_COLUMN', column: 'Department backdate', details: { missing: 'Department' } },
    ]);
  });

  test('of columns that cannot be backdated are unknown', () => {
    expect(codesOf('Email', 'Email backdate', 'Team backdate')).toEqual(['UNKNOWN_HEADER', 'UNKNOWN_HEADER']);
  });

  test('are attributes if an attribute has that name', () => {
    const { columns } = matchHeaders(['Email', 'Last backdate'], [{ id: 4, name: 'Last backdate', type: 'dates' }]);
    expect(columns?.list[1]).toMatchObject({ kind: 'dates', key: '4' });
  });
});

test('an unknown header is ignored with a warning that names the nearest', () => {
  const { columns, findings } = read('Email', 'Departmnet', 'Shoe size');
  expect(columns?.list).toHaveLength(1);
  expect(findings).toEqual([
    { line: 1, code: 'UNKNOWN_HEADER', column: 'Departmnet', value: 'Departmnet', details: { nearest: 'Department' } },
    { line: 1, code: 'UNKNOWN_HEADER', column: 'Shoe size', value: 'Shoe size', details: {} },
  ]);
});

test('columns without a name are ignored with one warning', () => {
  const { columns, findings } = read('Email', '', 'Department', ' ', '');
  expect(columns?.width).toBe(5);
  expect(findings).toMatchObject([{ code: 'UNNAMED_COLUMN', details: { position: 2, count: 3 } }]);
});

test.each([
  ['Email', 'email '],
  ['Email', 'E-post'],
  ['Email', 'Department', 'DEPARTMENT'],
  ['Email', 'Notes', 'notes'],
])('the same header twice is a file error: %s, %s', (...cells) => {
  const { columns, findings } = read(...cells);
  expect(columns).toBeNull();
  expect(findings).toContainEqual(expect.objectContaining({ code: 'DUPLICATE_HEADER' }));
});

test('a header without email and external id is a file error', () => {
  expect(codesOf('First name', 'Department')).toEqual(['NO_IDENTITY_COLUMN']);
  expect(read('First name').columns).toBeNull();
  expect(codesOf('Emial', 'Department')).toEqual(['UNKNOWN_HEADER', 'NO_IDENTITY_COLUMN']);
});

test('a first line that is a person is no header', () => {
  expect(read('anna@example.com', 'Anna', 'Berg')).toMatchObject({
    columns: null,
    findings: [{ code: 'NO_HEADER', line: 1 }],
  });
});

test('columns that begin with an underscore are ignored, and show that the file is an error log', () => {
  const { columns, findings } = read('Email', '_line', '_code', '_code');
  expect(findings).toEqual([]);
  expect(columns).toMatchObject({ isErrorLog: true, list: [{ kind: 'email' }] });
  expect(read('Email', '_mine').columns?.isErrorLog).toBe(false);
});

test('a header with a formula guard is read', () => {
  const { columns } = matchHeaders(['Email', "'+1"], [{ id: 5, name: '+1', type: 'choices' }]);
  expect(columns?.list[1]).toMatchObject({ name: '+1' });
});

test('findings have the line of the header', () => {
  expect(matchHeaders(['Email', 'Nope'], ATTRIBUTES, { line: 3, laterLine: null }).findings).toMatchObject([
    { line: 3 },
  ]);
});

test.each([
  ['Förnman', 'First name'],
  ['Efternam', 'Last name'],
  ['Departmnet', 'Department'],
  ['Department backdat', 'Department backdate'],
])('%s is not known, and near to %s', (given, nearest) => {
  const { findings } = matchHeaders(['Email', given], [{ id: 1, name: 'Department', type: 'choices' }]);
  expect(findings).toMatchObject([{ code: 'UNKNOWN_HEADER', value: given, details: { nearest } }]);
});
