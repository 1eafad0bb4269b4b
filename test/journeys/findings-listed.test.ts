import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

/** The limit of listed findings: five of them may be warnings. */
const LIMIT = 10;

let few: Product;
let all: Product;
beforeAll(async () => {
  few = await startProduct({ chunkRows: 3, findingsListed: LIMIT });
  all = await startProduct({ chunkRows: 3 });
});
afterAll(async () => {
  await few.close();
  await all.close();
});

type Group = { code: string; severity: string; count: number; examples: { line: number | null }[] };
const groupsOf = async (organization: Organization, edit: { id: string }): Promise<Group[]> =>
  (await organization.json<{ items: Group[] }>('GET', `/mass-edits/${edit.id}/findings?group=code`)).body.items;
const countsOf = (groups: Group[]) => groups.map(({ code, severity, count }) => [code, severity, count]);
const linesOf = (log: string) => log.split('\r\n').filter((line) => line !== '');

/** The same journey with a high and a low limit. All counts must be equal. */
async function inBoth(journey: (organization: Organization) => Promise<MassEditJson>): Promise<{
  organization: Organization;
  edit: MassEditJson;
  groups: Group[];
}> {
  const [limited, whole] = [await few.newOrganization(), await all.newOrganization()];
  const [edit, unlimited] = [await journey(limited), await journey(whole)];
  expect(edit.outcome).toBe(unlimited.outcome);
  expect(edit.counts).toEqual(unlimited.counts);
  const [groups, wholeGroups] = [await groupsOf(limited, edit), await groupsOf(whole, unlimited)];
  expect(countsOf(groups)).toEqual(countsOf(wholeGroups));
  const { errors, warnings } = edit.counts;
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(errors + warnings);
  expect(unlimited.findings).toEqual({ limit: 100_000, notListed: 0 });
  const listed = await limited.findings(edit);
  expect(edit.findings).toEqual({ limit: LIMIT, notListed: errors + warnings - listed.length });
  expect((await whole.findings(unlimited)).length).toBe(errors + warnings);
  return { organization: limited, edit, groups };
}

const row = (name: string, ...cells: string[]) => `${[`${name}@example.com`, name, ...cells].join(';')}\n`;
const numbered = (count: number, line: (number: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

describe('findings beyond those that are listed', () => {
  it('are counted, and the first ones of the file stay listed', async () => {
    const csv = `Email;First name;Employment Date;Department\n${numbered(20, (at) => row(`p${at}`, '2026-02-31', '-'))}`;
    const { organization, edit } = await inBoth((of) => of.run(csv));
    expect([edit.outcome, edit.counts.refused, edit.counts.errors, edit.counts.warnings]).toEqual([
      'failed',
      20,
      20,
      20,
    ]);
    const listed = await organization.findings(edit);
    expect(listed.map(({ line }) => line)).toEqual([2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(edit.findings.notListed).toBe(30);
    // A row is refused whether or not its error is listed.
    const rows = (
      await organization.json<{ items: { action: string }[] }>('GET', `/mass-edits/${edit.id}/rows?limit=200`)
    ).body;
    expect(rows.items.map(({ action }) => action)).toEqual(Array(20).fill('refused'));
    expect(await organization.rows(edit, 'errors')).toHaveLength(5);

    const log = linesOf(await organization.download(edit, 'error-log.csv'));
    expect(log[1]).toMatch(
      /^;;;;;warning;FINDINGS_NOT_LISTED;;;.*at most 10 errors and warnings are listed, and 30 more/,
    );
    expect(log).toHaveLength(2 + 5);
    const swedish = linesOf(await organization.download(edit, 'error-log.csv?language=sv'));
    expect(swedish[1]).toContain('högst 10 fel och varningar listas, och 30 till räknades bara');
  });

  it('do not displace errors, with any number of warnings before them', async () => {
    const csv = `Email;First name;Employment Date;Department\n${numbered(30, (at) => row(`w${at}`, '', '-'))}${numbered(8, (at) => row(`e${at}`, '2026-02-31', ''))}`;
    const { organization, edit, groups } = await inBoth((of) => of.run(csv));
    expect([edit.outcome, edit.counts.created, edit.counts.refused]).toEqual(['completed_with_errors', 30, 8]);
    const listed = await organization.findings(edit);
    expect(listed.filter(({ severity }) => severity === 'warning').map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    expect(listed.filter(({ severity }) => severity === 'error').map(({ line }) => line)).toEqual([32, 33, 34, 35, 36]);
    expect(countsOf(groups)).toEqual([
      ['DATE_INVALID', 'error', 8],
      ['PLACEHOLDER', 'warning', 30],
    ]);
  });

  it('are shown by code even if none of the code is listed', async () => {
    const csv = `Email;First name;Employment Date\n${numbered(12, (at) => row(`p${at}`, '2026-02-31'))}${row('late')};x\n`;
    const { groups } = await inBoth((of) => of.run(csv));
    const late = groups.filter(({ examples }) => examples.length === 0);
    expect(late.length).toBeGreaterThan(0);
  });

  it('are removed if they no longer hold: a row that is refused later restores no user', async () => {
    // Refused in stage 2, because they name each other in a circle. The fifth and last listed warning is about the
    // third.
    const circle = { e: 'f', f: 'g', g: 'h', h: 'e' };
    const names = [...Object.keys(circle), 'a', 'b', 'c', 'd'];
    const { edit, groups } = await inBoth(async (organization) => {
      await organization.json('POST', '/attributes', { name: 'Mentor', type: 'users' });
      const users = names.map((name) => row(name, 'boss@example.com')).join('');
      await organization.run(`Email;First name;Mentor\n${row('boss', '')}${users}`);
      const gone = await organization.toGate(`Email;First name\n${ADMIN};Hanna\n`);
      await organization.approve(gone, { count: gone.deletion?.count });
      await organization.reaches(gone, 'ended');
      await organization.run(`Email;First name\n${row('stays')}`);
      // All are restored except the mentor, who stays deleted. The plan is frozen twice, because the deletion is
      // declined.
      const back = names.map((name) => {
        const manager = circle[name as keyof typeof circle];
        return row(name, manager ? `${manager}@example.com` : '');
      });
      const gate = await organization.toGate(`Email;First name;Manager\n${back.join('')}${ADMIN};Hanna;\n`);
      await organization.skipDeletions(gate);
      return organization.reaches(gate, 'ended');
    });
    expect([edit.counts.restored, edit.counts.refused]).toEqual([4, 4]);
    const told = Object.fromEntries(groups.map(({ code, count }) => [code, count]));
    expect(told).toMatchObject({ CYCLE: 4, RESTORES_DELETED: 4, REFERENCE_CLEARED: 4 });
  });

  it('of the deletions too: deleted users, cleared references, and changes of others', async () => {
    const head = 'Email;First name;Manager\n';
    const team = (count: number) => numbered(count, (at) => row(`p${at}`, 'boss@example.com'));
    const { edit, groups } = await inBoth(async (organization) => {
      await organization.run(`${head}${row('boss')}${row('other', '')}${team(14)}`);
      // The boss will be deleted. Rows with the boss as manager are refused. For the others the reference is cleared.
      const silent = numbered(7, (at) => row(`p${at}`, ''));
      const naming = numbered(7, (at) => row(`p${at + 7}`, 'boss@example.com'));
      const gate = await organization.toGate(`${head}${ADMIN};Hanna;\n${silent}${naming}`);
      await organization.change('other@example.com', { firstName: 'Changed' });
      await organization.approve(gate, { count: gate.deletion?.count });
      return organization.reaches(gate, 'ended');
    });
    const told = Object.fromEntries(groups.map(({ code, count }) => [code, count]));
    expect(told).toMatchObject({ PERSON_DELETED: 7, REFERENCE_CLEARED: 14, CHANGED_SINCE_PLAN: 1 });
    expect([edit.outcome, edit.counts.refused]).toEqual(['completed_with_errors', 7]);
  });

  it('do not prevent the detection of a corrected error log', async () => {
    const csv = `Email;First name;Employment Date\n${numbered(15, (at) => row(`p${at}`, '2026-02-31'))}`;
    const organization = await few.newOrganization();
    const edit = await organization.run(csv);
    const mended = (await organization.download(edit, 'error-log.csv')).replaceAll(
      /(@example.com;p\d+);2026-02-31/g,
      '$1;2026-02-01',
    );
    const again = await organization.run(mended);
    expect(again.parent).toEqual({ id: edit.id, href: edit.links.self });
    expect([again.outcome, again.counts.created]).toEqual(['completed', 10]);
  });
});

describe('a file that is not a CSV', () => {
  const KINDS: [string, Buffer][] = [
    ['an Excel workbook', Buffer.from('PK\x03\x04\x14\x00\x06\x00xl/workbook.xml', 'latin1')],
    ['a PDF document', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')],
    ['a web page', Buffer.from('<!DOCTYPE html><html><body>Users</body></html>')],
    ['a binary file', Buffer.from(Array.from({ length: 4_000 }, (_, at) => at % 32))],
  ];

  it.each(KINDS)('is not stored: %s', async (_kind, bytes) => {
    const organization = await all.newOrganization();
    const edit = await organization.run(bytes);
    expect([edit.outcome, edit.counts.errors]).toEqual(['failed', 1]);
    expect((await organization.findings(edit)).map(({ code }) => code)).toEqual(['NOT_CSV']);
    expect(edit.file).toMatchObject({
      kept: false,
      sizeBytes: bytes.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const stored = await all.sql`select 1 from file_chunks where organization_id = ${organization.organizationId}`;
    expect(stored).toHaveLength(0);
    const { status, body } = await organization.json('GET', `/mass-edits/${edit.id}/file`);
    expect([status, body.code]).toEqual([410, 'file_not_kept']);
    expect(linesOf(await organization.download(edit, 'error-log.csv'))).toHaveLength(2);
    // The same bytes again, and then a valid file, which is stored.
    expect((await organization.run(bytes)).outcome).toBe('failed');
    const good = await organization.run('Email;First name\nann@example.com;Ann\n');
    expect([good.outcome, good.file.kept]).toEqual(['completed', true]);
  });

  it('keeps a CSV with a wrong header', async () => {
    const organization = await all.newOrganization();
    const csv = 'Fruit;Colour\napple;red\n';
    const edit = await organization.run(csv);
    expect([edit.outcome, edit.file.kept]).toEqual(['failed', true]);
    expect(await organization.download(edit, 'file')).toBe(csv);
  });
});
