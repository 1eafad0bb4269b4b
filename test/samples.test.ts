import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { DEMO_ADMIN } from '../dev/demo/admin.ts';
import { backdatedMemberships } from '../dev/demo/backdates.ts';
import { COMMENTS } from '../dev/demo/comments.ts';
import type { SampleRow } from '../dev/demo/csv.ts';
import { makeSamples } from '../dev/demo/make-samples.ts';
import { demoSurveys } from '../dev/demo/surveys.ts';

type Row = Record<string, string>;
type Refusal = { line: number; code: string };

const OWN = ['Email', 'External Id', 'First name', 'Last name', 'Language', 'Participate in survey'];
const ATTRIBUTES = [
  ['Employment type', 'Gender', 'Country', 'Department'],
  ['Date of Birth', 'Employment Date', 'Termination date'],
  ['Manager', 'Salary band'],
].flat();
const LANGUAGES = ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt'];

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, '../samples', name), 'utf8');
const rowsOf = (name: string): Row[] => parse(textOf(name), { delimiter: ';', columns: true });
const [aboutCreate, aboutEdit] = textOf('README.md').split('## edit-users.csv') as [string, string];
const created = rowsOf('create-users.csv');
const edited = rowsOf('edit-users.csv');
/** No cell has a line break, so rows and lines go together; the header is line 1. */
const lineOf = (row: Row): number => edited.indexOf(row) + 2;
const keysOf = (row: Row): string[] => [row['External Id']!, row.Email!].filter((key) => key !== '');

/** Finds users by external id and email. */
const indexOf = (rows: Row[]) => {
  const byKey = new Map(rows.flatMap((row) => keysOf(row).map((key) => [key.toLowerCase(), row] as const)));
  return {
    named: (name: string) => byKey.get(name.toLowerCase()),
    of: (row: Row) =>
      keysOf(row)
        .map((key) => byKey.get(key.toLowerCase()))
        .find(Boolean),
  };
};
const before = indexOf(created);

describe('create-users.csv', () => {
  test('has the columns of the template and is what dev/demo/make-samples.ts writes', () => {
    expect(textOf('create-users.csv').split('\n')[0]).toBe([...OWN, ...ATTRIBUTES].join(';'));
    expect(textOf('create-users.csv')).toBe(makeSamples()['create-users.csv']);
  });

  test('has 400 people, each found by a unique email or external id', () => {
    expect(created).toHaveLength(400);
    const keys = created.flatMap(keysOf).map((key) => key.toLowerCase());
    expect(new Set(keys).size).toBe(keys.length);
    expect(created.filter((row) => keysOf(row).length === 0)).toEqual([]);
    expect(created.filter((row) => row.Email === '').length).toBeGreaterThanOrEqual(10);
    for (const { Email } of created) expect(Email).toMatch(/^([a-z.-]+@example\.(com|se))?$/);
  });

  test('has no cell with an error or warning', () => {
    expect(created.flatMap((row) => cellProblems(row, before.named))).toEqual([]);
    for (const choice of ['Employment type', 'Gender', 'Country', 'Department']) {
      const names = new Set(created.map((row) => row[choice]!));
      expect(new Set([...names].map((name) => name.toLowerCase())).size).toBe(names.size);
    }
    expect(new Set(created.map((row) => row.Department)).size).toBe(12);
  });

  test('has four levels: one person without a manager, 5 directors, 40 managers and their teams', () => {
    const managed = new Set(created.map((row) => before.named(row.Manager!)));
    const depths = created.map((row) => chainOf(row, before.named).length);
    expect(Math.max(...depths)).toBe(4);
    expect(depths.filter((depth) => depth === 1)).toHaveLength(1);
    expect(depths.filter((depth) => depth === 2)).toHaveLength(5);
    expect(created.filter((row, i) => depths[i] === 3 && managed.has(row))).toHaveLength(40);
    expect(created.filter((row, i) => depths[i] === 4 && managed.has(row))).toEqual([]);
  });

  test('names managers by email and by external id, above and below the rows that name them', () => {
    const named = created.filter((row) => row.Manager !== '');
    const byId = named.filter((row) => !row.Manager!.includes('@'));
    const later = named.filter((row) => created.indexOf(before.named(row.Manager!)!) > created.indexOf(row));
    expect(byId.length).toBeGreaterThan(40);
    expect(byId.length).toBeLessThan(named.length / 2);
    expect(later.length).toBeGreaterThan(100);
    expect(later.length).toBeLessThan(300);
  });

  test('has names with difficult letters, and the administrator of the demo organization', () => {
    const names = created.map((row) => row['First name']! + row['Last name']!).join('');
    for (const letter of 'åäöÅÖüßøæł') expect(names).toContain(letter);
    const admin = before.named(DEMO_ADMIN.email)!;
    expect([admin['First name'], admin['Last name']]).toEqual([DEMO_ADMIN.firstName, DEMO_ADMIN.lastName]);
  });
});

test('samples/README.md has the right counts of create-users.csv, where one row is the existing administrator', () => {
  const segments = ['Employment type', 'Gender', 'Country', 'Department'].flatMap((name) => [
    ...new Set(created.map((row) => row[name]!).filter((cell) => cell !== '')),
  ]);
  expect(aboutCreate).toContain(`| read | ${created.length} |\n| created | ${created.length - 1} |\n| updated | 1 |`);
  expect(aboutCreate).toContain(`| segmentsCreated | ${segments.length} |`);
  expect(aboutCreate).toContain(`${created.filter((row) => row.Email === '').length} people have no email`);
  expect(aboutCreate).toContain(`, ${created.filter((row) => row['External Id'] === '').length} no external id`);
});

describe('edit-users.csv', () => {
  test('is what dev/demo/make-samples.ts writes, under the same header', () => {
    expect(textOf('edit-users.csv')).toBe(makeSamples()['edit-users.csv']);
    expect(Object.keys(edited[0]!)).toEqual(Object.keys(created[0]!));
  });

  test('leaves out twelve people that no row names, and the administrator is not one of them', () => {
    const after = indexOf(edited);
    const missing = created.filter((row) => !after.of(row));
    expect(missing).toHaveLength(12);
    expect(missing.map((row) => row.Email)).not.toContain(DEMO_ADMIN.email);
    expect(edited.filter((row) => missing.includes(before.named(row.Manager!)!))).toEqual([]);
  });

  test.each([
    ['neither', false],
    ['reset', true],
  ])('has the counts of samples/README.md, with the option %s', (column, reset) => {
    const plan = planOf({ reset });
    for (const [name, count] of Object.entries(plan.counts))
      expect(`${name}: ${count}`).toBe(`${name}: ${counted(name, column)}`);
    expect(
      plan.counts.created + plan.counts.updated + plan.counts.unchanged + plan.counts.refused + plan.counts.skipped,
    ).toBe(edited.length);
  });

  test('leaves as many people without a manager as samples/README.md says, if the missing are deleted', () => {
    const after = indexOf(edited);
    const losing = edited.filter((row) => {
      const manager = before.named(before.of(row)?.Manager ?? '');
      return manager !== undefined && !after.of(manager) && row.Manager === '';
    });
    const baseline = counted('warnings', 'neither');
    expect(losing.length).toBeGreaterThan(0);
    expect(counted('warnings', 'delete')).toBe(baseline + losing.length);
    expect(counted('warnings', 'both')).toBe(baseline);
    expect([counted('deleted', 'delete'), counted('deleted', 'both')]).toEqual([12, 12]);
    for (const name of ['read', 'created', 'updated', 'unchanged', 'refused', 'skipped', 'errors']) {
      expect(counted(name, 'delete')).toBe(counted(name, 'neither'));
      expect(counted(name, 'both')).toBe(counted(name, 'reset'));
    }
  });

  test('has the refused rows on the lines, and with the reasons, of samples/README.md', () => {
    const listed = [...aboutEdit.matchAll(/^\| (\d[\d, ]*) \| `([A-Z_]+)` \|/gm)].flatMap(([, lines, code]) =>
      lines!.split(', ').map((line) => ({ line: Number(line), code: code! })),
    );
    const byLine = (a: Refusal, b: Refusal) => a.line - b.line;
    const repeat = edited.find(repeatsEarlier)!;
    const first = edited.findIndex((row) => cellsOf(row) === cellsOf(repeat)) + 2;
    expect(aboutEdit).toContain(`says the same as line ${first}, which is applied`);
    expect(aboutEdit).toContain(`from line ${edited.findIndex((row) => !before.of(row)) + 2} on`);
    const variant = edited.findIndex((row) => row.Department === 'customer service') + 2;
    const warned = [
      { line: lineOf(repeat), code: 'DUPLICATE_IDENTICAL' },
      { line: variant, code: 'CASE_VARIANT' },
    ];
    expect(listed.toSorted(byLine)).toEqual([...planOf({ reset: false }).refusals, ...warned].toSorted(byLine));
  });
});

describe('the demo data from create-users.csv', () => {
  const users = created as SampleRow[];
  const dayBefore = (days: number): string =>
    new Date(Date.UTC(2026, 0, 31) - days * 86_400_000).toISOString().slice(0, 10);

  test('backdates every value that a user has, and nothing else', () => {
    const rows: Row[] = parse(backdatedMemberships(users, '2025-11-12'), { delimiter: ';', columns: true });
    expect(rows.map(keysOf)).toEqual(created.map(keysOf));
    for (const [i, row] of rows.entries())
      for (const name of ['Employment type', 'Gender', 'Country', 'Department', 'Manager', 'Salary band']) {
        expect(row[name]).toBe(created[i]![name]);
        expect(row[`${name} backdate`]).toBe(row[name] === '' ? '' : '2025-11-12');
      }
  });

  test('has two surveys, each answered by 250 people with an email who take part, from its first day until today', () => {
    const surveys = demoSurveys(users, dayBefore);
    expect(surveys.map(({ sentOn }) => sentOn)).toEqual([dayBefore(61), dayBefore(21)]);
    for (const { sentOn, answers } of surveys) {
      const authors = new Set(answers.map(({ userEmail }) => userEmail));
      expect(authors.size).toBe(250);
      for (const email of authors) expect(before.named(email)!['Participate in survey']).toBe('TRUE');
      for (const { answeredOn, score, comment } of answers) {
        expect(answeredOn >= sentOn && answeredOn <= dayBefore(0)).toBe(true);
        expect(score === undefined ? comment : [1, 2, 3, 4, 5].includes(score)).toBeTruthy();
      }
      expect(new Set(answers.map(({ score }) => score))).toEqual(new Set([1, 2, 3, 4, 5, undefined]));
    }
  });

  test('has comments in the language of their author', () => {
    const comments = demoSurveys(users, dayBefore).flatMap(({ answers }) => answers.filter(({ comment }) => comment));
    for (const { userEmail, comment } of comments) {
      const { Language } = before.named(userEmail)!;
      const texts: readonly string[] = COMMENTS[Language === 'sv' || Language === 'de' ? Language : 'en'];
      expect(texts).toContain(comment);
    }
    expect(comments.length).toBeGreaterThan(80);
  });
});

/** The number in samples/README.md's table of outcomes. */
function counted(name: string, column: string): number {
  const columns = ['neither', 'delete', 'reset', 'both'];
  const cells = new RegExp(`^\\| ${name} \\|(.*)\\|$`, 'm').exec(aboutEdit)?.[1]?.split('|');
  return Number(cells?.[columns.indexOf(column)]?.trim() ?? Number.NaN);
}

/** The result of each row of edit-users.csv by a second implementation of the rules. */
function planOf({ reset }: { reset: boolean }) {
  const present = indexOf(edited);
  const known = (name: string) => before.named(name) ?? present.named(name);
  const skipped = edited.filter(repeatsEarlier);
  const refusals: Refusal[] = [];
  for (const row of edited) {
    const others = edited.filter((other) => other !== row && keysOf(other).some((key) => keysOf(row).includes(key)));
    const isTwice = others.some((other) => cellsOf(other) !== cellsOf(row));
    const codes = isTwice ? ['DUPLICATE_ROW'] : cellProblems(row, known);
    for (const code of codes) refusals.push({ line: lineOf(row), code });
  }
  const refused = () => new Set(refusals.map(({ line }) => line));
  const accepted = () => edited.filter((row) => !refused().has(lineOf(row)) && !skipped.includes(row));
  const now = indexOf([...created, ...accepted()]);
  for (const row of accepted()) {
    const chain = chainOf(row, now.named);
    if (now.named(chain.at(-1)!.Manager!) === row) refusals.push({ line: lineOf(row), code: 'CYCLE' });
  }
  const changes = accepted().map((row) => ({ row, changed: changedCells(row, reset) }));
  const updated = changes.filter(({ row, changed }) => before.of(row) && changed.length > 0);
  const newNames = new Set(accepted().map((row) => row.Department!.toLowerCase()));
  for (const row of created) newNames.delete(row.Department!.toLowerCase());
  return {
    refusals,
    counts: {
      read: edited.length,
      created: changes.filter(({ row }) => !before.of(row)).length,
      updated: updated.length,
      unchanged: changes.filter(({ row, changed }) => before.of(row) && changed.length === 0).length,
      refused: refused().size,
      skipped: skipped.length,
      errors: refusals.length,
      segmentsCreated: newNames.size,
      membershipsChanged: changes.flatMap(({ changed }) => changed).filter((name) => ATTRIBUTES.includes(name)).length,
    },
  };
}

const cellsOf = (row: Row): string => Object.values(row).join(';');
const repeatsEarlier = (row: Row): boolean => {
  const cells = cellsOf(row);
  return edited.findIndex((other) => cellsOf(other) === cells) < edited.indexOf(row);
};

/** Cells that would change a value. Names are compared without case; an empty cell counts if it resets. */
function changedCells(row: Row, reset: boolean): string[] {
  const old = before.of(row);
  const user = (name: string) => before.named(name) ?? indexOf(edited).named(name);
  return [...OWN, ...ATTRIBUTES].filter((name) => {
    const was = old?.[name] ?? '';
    const cell = row[name]!;
    if (cell === '' && !(reset && ATTRIBUTES.includes(name))) return false;
    const is = cell === '#CLEAR' ? '' : cell;
    if (name === 'Manager' && is !== '' && was !== '') return user(is) !== user(was);
    return name === 'Department' ? is.toLowerCase() !== was.toLowerCase() : is !== was;
  });
}

/** The codes of cell errors. */
function cellProblems(row: Row, named: (name: string) => Row | undefined): string[] {
  const dates = ['Date of Birth', 'Employment Date', 'Termination date'].map((name) => row[name]!);
  const isDay = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text;
  const problems = {
    EMAIL_INVALID: row.Email !== '' && !/^[^@\s()]+@[^@\s()]+\.[a-z]+$/.test(row.Email!),
    REQUIRED_MISSING: row['First name'] === '',
    LANGUAGE_UNKNOWN: !LANGUAGES.includes(row.Language!),
    BOOLEAN_INVALID: !['TRUE', 'FALSE'].includes(row['Participate in survey']!),
    DATE_INVALID: dates.some((text) => text !== '' && text !== '#CLEAR' && !isDay(text)),
    NUMBER_INVALID: !/^(\d+(\.\d+)?)?$/.test(row['Salary band']!),
    PERSON_NOT_FOUND: row.Manager !== '' && named(row.Manager!) === undefined,
    PERSON_IS_SELF: keysOf(row).includes(row.Manager!),
  };
  return Object.entries(problems).flatMap(([code, found]) => (found ? [code] : []));
}

/** A person, their manager, and so on, until there is none or the chain is back at its beginning. */
function chainOf(row: Row, named: (name: string) => Row | undefined): Row[] {
  const chain = [row];
  for (let next = named(row.Manager!); next && next !== row && chain.length < 400; next = named(next.Manager!))
    chain.push(next);
  return chain;
}
