import { describe, expect, test } from 'vitest';
import { formatRow } from '../../../csv/records/format-row.ts';
import { exampleRow, templateHeaders } from '../../../csv/user-file/template-columns.ts';
import { type AttributeHeader, matchHeaders } from '../../../rules/columns/headers.ts';
import { isExampleRow } from '../../../rules/rows/example-row.ts';

const ATTRIBUTES: AttributeHeader[] = [
  { id: 1, name: 'Department', type: 'choices' },
  { id: 2, name: 'Employment Date', type: 'dates' },
  { id: 3, name: 'Salary', type: 'numbers' },
  { id: 4, name: 'Manager', type: 'users' },
];

test('templates have the built-in columns, then the attributes', () => {
  expect(templateHeaders(ATTRIBUTES, { backdating: false })).toEqual([
    'Email',
    'External Id',
    'First name',
    'Last name',
    'Language',
    'Participate in survey',
    'Department',
    'Employment Date',
    'Salary',
    'Manager',
  ]);
});

test('with backdating, each date stands beside its value', () => {
  expect(templateHeaders(ATTRIBUTES.slice(0, 1), { backdating: true })).toEqual([
    'Email',
    'External Id',
    'First name',
    'Last name',
    'Language',
    'Participate in survey',
    'Participate in survey backdate',
    'Department',
    'Department backdate',
  ]);
});

describe.each([false, true])('the example row, with backdating %s', (backdating) => {
  const headers = templateHeaders(ATTRIBUTES, { backdating });
  const example = exampleRow(ATTRIBUTES, { backdating });
  const { columns, findings } = matchHeaders(headers, ATTRIBUTES);

  test('has a cell for each column, and headers that are all known', () => {
    expect(example).toHaveLength(headers.length);
    expect(findings).toEqual([]);
  });

  test('is recognised', () => {
    expect(isExampleRow(formatRow(example).trimEnd().split(';'), columns!)).toBe(true);
  });
});
