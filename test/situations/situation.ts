import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingJson } from '../../api/mass-edits/json/finding-json.ts';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { Options } from '../../workflows/contract.ts';
import { type Organization, type Product, startProduct, type User } from '../support/product.ts';

/** The users of Acme. Ann, the uploader, is an admin and is in no file. */
export const ACME = [
  'Email;External Id;First name;Last name;Language;Participate in survey;Department;Date of Birth;Salary;Manager',
  'bob@acme.test;E2;Bob;Berg;en;TRUE;IT;1980-01-31;50000;ann@acme.test',
  'cat@acme.test;E3;Cat;Ceder;sv;TRUE;HR;1990-02-28;40000.5;bob@acme.test',
  'dan@acme.test;E4;Dan;Dahl;en;FALSE;Sales;1985-12-01;-5;bob@acme.test',
  'eve@acme.test;;Eve;Ek;en;TRUE;IT;;;',
  ';K1;Kim;Kiosk;en;TRUE;Sales;;;cat@acme.test',
  '',
].join('\n');

export type Said = [line: number | null, code: string, column?: string | null];
/** A user after the mass edit, as the API returns it; null: deleted or absent. Absent fields are not checked. */
export type Seen =
  | (Partial<Pick<User, 'first' | 'last' | 'language' | 'participates'>> & {
      values?: Record<string, string | undefined>;
    })
  | null;

/** A file that another importer handled wrongly, and the right result. */
export type Situation = {
  /** Runs before the upload. */
  before?: (acme: Organization, product: Product) => Promise<unknown>;
  csv: string | Buffer;
  options?: Partial<Options>;
  /** If given, the mass edit must wait at the gate. It is approved afterwards, if the answer is not `false`. */
  atGate?: (acme: Organization, waiting: MassEditJson) => Promise<unknown>;
  outcome: MassEditJson['outcome'];
  counts?: Partial<MassEditJson['counts']>;
  /** All findings, in order, including notices. */
  finds: Said[];
  /** By code: texts that the message and suggestion of its finding must have. */
  says?: Record<string, (string | RegExp)[]>;
  /** Texts that no message and no suggestion may have. */
  neverSays?: (string | RegExp)[];
  /** By email or else external id. */
  users?: Record<string, Seen>;
  /** All active users afterwards, if it matters. */
  active?: string[];
  /** Names of the new segments. */
  newSegments?: string[];
  after?: (acme: Organization, ended: MassEditJson) => Promise<unknown>;
};

/** A new Acme, with its users and the attributes Salary (numbers) and Mentor (users, may have cycles). */
async function newAcme(product: Product): Promise<Organization> {
  const acme = await product.newOrganization({
    admin: { email: 'ann@acme.test', firstName: 'Ann', lastName: 'Admin' },
  });
  for (const attribute of [
    { name: 'Salary', type: 'numbers' },
    { name: 'Mentor', type: 'users' },
  ]) {
    expect((await acme.json('POST', '/attributes', attribute)).status).toBe(201);
  }
  expect((await product.apply(acme, ACME)).outcome).toBe('completed');
  return acme;
}

/** Adds a segment by the API. */
export async function addSegment(acme: Organization, attribute: string, name: string): Promise<void> {
  const { body } = await acme.json<{ items: { id: string; name: string }[] }>('GET', '/attributes?limit=200');
  const id = body.items.find((one) => one.name === attribute)?.id;
  expect((await acme.json('POST', `/attributes/${id}/segments`, { name })).status).toBe(201);
}

/** Deletes Bob by a file with the delete option. */
export const withoutBob = async (acme: Organization): Promise<void> => {
  const waiting = await acme.toGate('Email;External Id\ncat@acme.test;\ndan@acme.test;\neve@acme.test;\n;K1\n');
  expect((await acme.approve(waiting)).status).toBe(202);
  expect((await acme.reaches(waiting, 'ended')).counts.deleted).toBe(1);
};

/** Makes a test of each situation. The tests run concurrently, because each has an organization of its own. */
export function playSituations(title: string, situations: Record<string, Situation>): void {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ chunkRows: 100 });
  });
  afterAll(() => product.close());
  describe.concurrent(title, () => {
    it.each(Object.entries(situations))('%s', async (_title, situation) => {
      await expectSituation(product, situation);
    });
  });
}

/** Runs a situation over HTTP, and checks all its results. */
async function expectSituation(product: Product, situation: Situation): Promise<void> {
  const acme = await newAcme(product);
  await situation.before?.(acme, product);
  const segments = await segmentNames(acme);
  const started = await acme.started(situation.csv, situation.options);
  const ended = await carriedThrough(acme, started, situation);
  const findings = await acme.findings(ended);
  const told = JSON.stringify(findings, null, 1);
  expect(
    findings.map(({ line, code, column }) => [line, code, column]),
    told,
  ).toEqual(situation.finds.map(([line, code, column = null]) => [line, code, column]));
  expectWords(findings, situation);
  expect(ended.outcome, told).toBe(situation.outcome);
  expect(ended.counts).toMatchObject(situation.counts ?? {});
  const users = await acme.people();
  for (const [name, wanted] of Object.entries(situation.users ?? {})) {
    const user = users[name];
    const seen = user && !user.deleted ? user : null;
    if (wanted === null) expect(seen, name).toBeNull();
    else expect(seen, name).toMatchObject(wanted);
  }
  if (situation.active) expect(await acme.activeUsers()).toEqual(situation.active.toSorted());
  const now = await segmentNames(acme);
  if (situation.newSegments) expect(now.filter((name) => !segments.includes(name))).toEqual(situation.newSegments);
  await situation.after?.(acme, ended);
}

async function carriedThrough(acme: Organization, started: MassEditJson, { atGate }: Situation): Promise<MassEditJson> {
  if (!atGate) return acme.reaches(started, 'ended');
  const waiting = await acme.reaches(started, 'awaiting_approval');
  if ((await atGate(acme, waiting)) !== false) {
    const { status, body } = await acme.approve(waiting, typedNumbers(waiting));
    expect(status, body?.detail).toBe(202);
  }
  return acme.reaches(started, 'ended');
}

/** The number of users that must be typed, if one is required. */
const typedNumbers = ({ gate, deletion }: MassEditJson) => (gate?.countRequired ? { count: deletion?.count } : {});

function expectWords(findings: FindingJson[], { says = {}, neverSays = [] }: Situation): void {
  const textOf = ({ message, suggestion }: FindingJson) => `${message} ${suggestion}`;
  for (const [code, parts] of Object.entries(says)) {
    const text = findings.flatMap((one) => (one.code === code ? [textOf(one)] : [])).join('\n');
    for (const part of parts) expect(text, code).toMatch(part);
  }
  const all = findings.map(textOf).join('\n');
  for (const part of neverSays) expect(all).not.toMatch(part);
}

async function segmentNames(acme: Organization): Promise<string[]> {
  const { segments } = await acme.live();
  return (segments as { name: string }[]).map(({ name }) => name);
}
