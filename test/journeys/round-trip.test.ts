import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { guard, unguard } from '../../rules/values/formula-guard.ts';
import { identityKey } from '../../rules/values/identity.ts';
import { type IdentityKind, respellings } from '../../rules/values/respellings.ts';
import { nameKey } from '../../rules/values/text.ts';
import type { Options } from '../../workflows/contract.ts';
import { type Organization, type Product, startProduct } from '../support/product.ts';
import {
  type RandomOrganization,
  type RandomUser,
  randomOrganization,
  writeOrganization,
} from './round-trip-organization.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 25 });
});
afterAll(() => product.close());

/** A fixed seed, so that a failed run is caused by the present change. `ROUND_TRIP_SEED` sets another one. */
const SEED = Number(childEnvironment({}).ROUND_TRIP_SEED ?? 1);
/** Parallel tests, because a test mostly waits for the engine; and the organizations in each. */
const AT_ONCE = [0, 1, 2, 3];
const ORGANIZATIONS = 5;
/** For a slow and busy machine. After a failure the rest of the time goes into shrinking it. */
const TIMEOUT_MS = 1_500_000;
const RUN: fc.Parameters<unknown> = {
  numRuns: ORGANIZATIONS,
  interruptAfterTimeLimit: TIMEOUT_MS * 0.7,
  markInterruptAsFailure: true,
};

const OPTIONS: Partial<Options>[] = [
  {},
  { resetEmptyFields: true },
  { deleteMissingUsers: true },
  { resetEmptyFields: true, deleteMissingUsers: true },
];

/** The cells as a program writes them: quoted only if necessary, or all of them. */
const written = (rows: string[][], delimiter: string, lineBreak: string, quoteAll = false): string =>
  rows
    .map((row) =>
      row
        .map((cell) => (quoteAll || /["\r\n]/.test(cell) || cell.includes(delimiter) ? quoted(cell) : cell))
        .join(delimiter),
    )
    .map((line) => line + lineBreak)
    .join('');
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const cellsOf = (template: string): string[][] =>
  parse(template, { delimiter: ';', record_delimiter: '\r\n', bom: true, relax_column_count: false });

/** The same cells, opened and saved by other programs. */
const SAVED: ((template: string) => Buffer)[] = [
  (template) => Buffer.from(`\ufeff${written(cellsOf(template), ',', '\r\n')}`),
  (template) => Buffer.from(written(cellsOf(template), '\t', '\n')),
  (template) => Buffer.from(`\ufeff${written(cellsOf(template), '\t', '\r\n')}`, 'utf16le'),
  (template) => Buffer.from(written(cellsOf(template), ';', '\r', true)),
];

type There = { organization: Organization; people: number };
const made = async (random: RandomOrganization): Promise<There> => {
  const organization = await product.newOrganization();
  const users = await writeOrganization(product.sql, organization.organizationId, random);
  return { organization, people: users + 1 }; // the admin too
};

const templateOf = async (organization: Organization, backdating: boolean): Promise<string> =>
  `\ufeff${await organization.template(`edit-users.csv?backdating=${backdating}`)}`;

/** All data of an organization, and when each of its users was last changed. */
const stateOf = async (organization: Organization) => ({
  live: await organization.live(),
  touched: await product.sql`select id, version, updated_at from users
    where organization_id = ${organization.organizationId} order by id`,
});

/** Uploads a file with the current values. All users are unchanged, and nothing is written. */
async function expectNoChange(
  { organization, people }: There,
  csv: string | Buffer,
  options: Partial<Options> = {},
): Promise<void> {
  const before = await stateOf(organization);
  const ended = await organization.run(csv, options);
  const { warnings: _warnings, ...counts } = ended.counts;
  const findings = await organization.findings(ended);
  const wrong = findings.filter(({ severity, code }) => severity === 'error' || code === 'UNKNOWN_HEADER').slice(0, 5);
  const changed = (await organization.rows(ended, 'updated')).slice(0, 3);
  const nothing = Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
  expect({ outcome: ended.outcome, counts, wrong, changed }).toEqual({
    outcome: 'completed',
    counts: { ...nothing, read: people, unchanged: people },
    wrong: [],
    changed: [],
  });
  expect(await stateOf(organization)).toEqual(before);
}

describe(`the edit template (seed ${SEED})`, () => {
  it.concurrent.each(AT_ONCE)(
    'changes nothing, with and without backdates, as it is or saved by another program, whatever the options: %i',
    async (n) => {
      let turn = n;
      const untouched = fc.asyncProperty(randomOrganization, async (random) => {
        const there = await made(random);
        const plain = await templateOf(there.organization, false);
        const dated = await templateOf(there.organization, true);
        turn++;
        await expectNoChange(there, plain, OPTIONS[turn % 4]);
        await expectNoChange(there, dated, OPTIONS[(turn + 1) % 4]);
        const saved = SAVED[turn % 4]?.(turn % 3 === 0 ? plain : dated);
        await expectNoChange(there, saved ?? '', OPTIONS[(turn + 2) % 4]);
      });
      await fc.assert(untouched, { ...RUN, seed: SEED + n });
    },
    TIMEOUT_MS,
  );

  it.concurrent(
    'shows every value that a file has created, equal to what the file said',
    async () => {
      const created = fc.asyncProperty(randomOrganization, fc.boolean(), fc.boolean(), expectShownAgain);
      await fc.assert(created, { ...RUN, seed: SEED });
    },
    TIMEOUT_MS,
  );
});

describe('the edit template, at an edge of what is legal', () => {
  const expectUntouched = async (organization: Organization): Promise<void> => {
    for (const backdating of [false, true]) {
      const template = await templateOf(organization, backdating);
      const users = cellsOf(template).length - 1;
      await expectNoChange({ organization, people: users }, template, OPTIONS[3]);
    }
  };

  it('holds cells of the greatest length, guarded and quoted too', async () => {
    const organization = await product.newOrganization();
    const most = 200;
    const names = [
      `=${'x'.repeat(most - 1)}`,
      '😀'.repeat(most),
      '"'.repeat(most),
      ';\n'.repeat(most / 2 - 1).concat('x'),
    ];
    const id = (n: number) => `=${n}${'😀'.repeat(253)}`;
    const number = (n: number) => `-${n + 1}.${'1'.repeat(97)}`;
    await organization.json('POST', '/attributes', { name: 'Salary', type: 'numbers' });
    const rows = names.map((name, n) => [guard(id(n)), number(n), 'P', guard(name), guard(name)]);
    const ended = await organization.run(
      written([['External Id', 'Salary', 'First name', 'Last name', 'Department'], ...rows], ';', '\n'),
    );
    expect(ended).toMatchObject({ outcome: 'completed', counts: { created: names.length, errors: 0 } });
    await expectUntouched(organization);
  });

  it('identifies a user whose email is also the external id of another user', async () => {
    const organization = await product.newOrganization();
    await organization.run('Email;First name;Manager\nann@example.com;Ann;\nbo@example.com;Bo;ann@example.com\n');
    const another = await organization.run('External Id;First name\nann@example.com;Another\n');
    expect(another.counts).toMatchObject({ created: 1, refused: 0 });
    await expectUntouched(organization);
  });

  it('has a column for every attribute, even if its name begins like a misread byte order mark', async () => {
    const organization = await product.newOrganization();
    for (const name of ['ï»¿Salary', 'Salary']) {
      const { status } = await organization.json('POST', '/attributes', { name, type: 'numbers' });
      // Such a name may be refused or read.
      expect([201, 409, 422]).toContain(status);
    }
    await organization.run('Email;First name;Salary\nann@example.com;Ann;12\n');
    await expectUntouched(organization);
  });

  it('references no deleted user after a file has restored that user’s report', async () => {
    const organization = await product.newOrganization();
    await organization.run(
      'Email;First name;Manager\nann@example.com;Ann;\nbo@example.com;Bo;ann@example.com\ncy@example.com;Cy;\n',
    );
    for (const left of ['ann@example.com\ncy@example.com', 'cy@example.com']) {
      const waiting = await organization.toGate(`Email\n${left}\n`);
      await organization.approve(waiting);
      expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(1);
    }
    expect((await organization.run('Email;First name\nbo@example.com;Bo\n')).counts).toMatchObject({ restored: 1 });
    await expectUntouched(organization);
  });
});

/** Creates the users of an organization by a file with the headers of the create template. */
async function expectShownAgain(random: RandomOrganization, guarded: boolean, decomposed: boolean): Promise<void> {
  const organization = await product.newOrganization();
  const column = async (name: string, type: string): Promise<boolean> =>
    (await organization.json('POST', '/attributes', { name, type })).status === 201;
  const values: ((user: RandomUser) => string | null | undefined)[] = [];
  const spelled = random.choices.map(() => new Map<string, string>());
  for (const [at, { name, segments }] of random.choices.entries()) {
    if (!(await column(name, 'choices'))) continue;
    values.push(({ choices }) => {
      const segment = segments[(choices[at] ?? 0) % segments.length] ?? '';
      // Two spellings of one name are one segment, with the first spelling as its name.
      if (!spelled[at]?.has(nameKey(segment))) spelled[at]?.set(nameKey(segment), segment);
      return spelled[at]?.get(nameKey(segment));
    });
  }
  for (const [at, name] of random.dates.entries())
    if (await column(name, 'dates')) values.push(({ dates }) => dates[at]);
  for (const [at, name] of random.numbers.entries())
    if (await column(name, 'numbers')) values.push(({ numbers }) => numbers[at]);

  const users = withoutTwins(random.people);
  const nameOf = (at: number): string => users[at]?.email ?? users[at]?.externalId ?? '';
  const standard = Array.from({ length: 7 }, () => '');
  const rows = users.map((user, at) => [
    ...[user.email, user.externalId, user.firstName, user.lastName, user.language].map((cell) => cell ?? ''),
    user.participates ? 'TRUE' : 'FALSE',
    ...standard,
    user.manager === null || at === 0 ? '' : nameOf(user.manager % at),
    ...values.map((cellOf) => cellOf(user) ?? ''),
  ]);
  const [headers = []] = cellsOf(await organization.template('create-users.csv'));
  expect(headers).toHaveLength(rows[0]?.length ?? 0);

  const cell = (value: string, index: number): string => {
    const typed = decomposed && (index === 2 || index === 3) ? value.normalize('NFD') : value;
    // A number needs no guard. A text needs one only if it looks like a guarded one.
    if (index > 13 && /^-\d/.test(typed)) return typed;
    return guarded || unguard(typed) !== typed ? guard(typed) : typed;
  };
  const ended = await organization.run(written([headers, ...rows.map((row) => row.map(cell))], ';', '\r\n'));
  const wrong = (await organization.findings(ended)).filter(({ severity }) => severity === 'error').slice(0, 5);
  expect({ outcome: ended.outcome, created: ended.counts.created, wrong }).toEqual({
    outcome: 'completed',
    created: users.length,
    wrong: [],
  });
  const [, _admin, ...shown] = cellsOf(await templateOf(organization, false));
  expect(shown.map((row) => row.map(unguard))).toEqual(rows);
}

/** One person for each email and external id. */
function withoutTwins(users: RandomUser[]): RandomUser[] {
  const seen = new Set<string>();
  const keysOf = (kind: IdentityKind, text: string | null): string[] =>
    text ? [text, ...respellings(kind, text)].map((one) => `${kind} ${identityKey(one).replace(/^0+/, '')}`) : [];
  return users.filter(({ email, externalId }) => {
    const keys = [...keysOf('email', email), ...keysOf('externalId', externalId)];
    const isNew = keys.every((key) => !seen.has(key));
    if (isNew) for (const key of keys) seen.add(key);
    return isNew;
  });
}
