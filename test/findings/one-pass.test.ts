import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingJson } from '../../api/mass-edits/json/finding-json.ts';
import { type Organization, type Product, startProduct } from '../support/product.ts';
import { expectWhole, PEOPLE } from './scenario.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 3 });
});
afterAll(() => product.close());

const peopled = async (): Promise<Organization> => {
  const organization = await product.newOrganization();
  await organization.run(PEOPLE);
  await organization.json('POST', '/attributes', { name: 'Salary', type: 'numbers' });
  await organization.json('POST', '/attributes', { name: 'Mentor', type: 'users' });
  return organization;
};
const brief = (findings: FindingJson[]) => findings.map(({ line, code, column }) => [line, code, column]);

describe('one pass finds all errors:', () => {
  it('of a row, one finding a cell for any number of errors', async () => {
    const organization = await peopled();
    const csv = [
      'Email;First name;Last name;Language;Participate in survey;Department;Date of Birth;Salary;Manager;Mentor',
      'bad@@example.com;An\u0007na;J\ufffdrgen;xx;maybe;S\u0001ales;2001-02-29;many;nobody@example.com;4.67012E+11',
      'ann@example.com;Ann;;xx;;;03/04/1990;;ann@example.com;no-one',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    const findings = await organization.findings(ended);
    expect(brief(findings).filter(([line]) => line === 2)).toEqual([
      [2, 'EMAIL_INVALID', 'Email'],
      [2, 'CONTROL_CHARACTER', 'First name'],
      [2, 'REPLACEMENT_CHARACTER', 'Last name'],
      [2, 'LANGUAGE_UNKNOWN', 'Language'],
      [2, 'BOOLEAN_INVALID', 'Participate in survey'],
      [2, 'CONTROL_CHARACTER', 'Department'],
      [2, 'DATE_INVALID', 'Date of Birth'],
      [2, 'NUMBER_INVALID', 'Salary'],
      [2, 'SCIENTIFIC_NOTATION', 'Mentor'],
      [2, 'PERSON_NOT_FOUND', 'Manager'],
    ]);
    expect(brief(findings).filter(([line]) => line === 3)).toEqual([
      [3, 'LANGUAGE_UNKNOWN', 'Language'],
      [3, 'DATE_AMBIGUOUS', 'Date of Birth'],
      [3, 'PERSON_IS_SELF', 'Manager'],
      [3, 'PERSON_NOT_FOUND', 'Mentor'],
    ]);
    for (const finding of findings) expectWhole(finding);
    expect(ended).toMatchObject({ outcome: 'failed', counts: { read: 2, refused: 2, errors: 14 } });
  });

  it('of a row that is refused because of another user or row, and of its cells too', async () => {
    const organization = await peopled();
    const csv = [
      'Email;External Id;Language;Manager',
      'anna@example.com;E1;xx;nobody@example.com',
      'bo@example.com;E1;xx;',
      'cy@example.com;;xx;ann@example.com',
      'cy@example.com;;yy;',
      '',
    ].join('\n');
    const findings = await organization.findings(await organization.run(csv));
    const told = Map.groupBy(findings, ({ line }) => line);
    const codesOf = (line: number) =>
      told
        .get(line)
        ?.map(({ code }) => code)
        .toSorted();
    expect(codesOf(2)).toEqual(['DUPLICATE_ROW', 'EMAIL_CHANGE', 'LANGUAGE_UNKNOWN', 'PERSON_NOT_FOUND']);
    expect(codesOf(3)).toEqual(['DUPLICATE_ROW', 'IDENTITY_CONFLICT', 'LANGUAGE_UNKNOWN']);
    expect(codesOf(4)).toEqual(['DUPLICATE_ROW', 'LANGUAGE_UNKNOWN']);
    expect(codesOf(5)).toEqual(['DUPLICATE_ROW', 'LANGUAGE_UNKNOWN']);
  });

  it('of a header, errors and warnings together', async () => {
    const organization = await peopled();
    const before = await organization.live();
    const csv = 'First name;FIRST name;Salary backdate;Departmnet;;Mentor;mentor\nDan;Dan;;;;;\n';
    const ended = await organization.run(csv);
    expect(ended.outcome).toBe('failed');
    const findings = await organization.findings(ended);
    expect(findings.map(({ severity, code, value }) => [severity, code, value]).toSorted()).toEqual(
      [
        ['error', 'BACKDATE_WITHOUT_COLUMN', 'Salary backdate'],
        ['error', 'DUPLICATE_HEADER', 'FIRST name'],
        ['error', 'DUPLICATE_HEADER', 'mentor'],
        ['error', 'NO_IDENTITY_COLUMN', null],
        ['warning', 'UNKNOWN_HEADER', 'Departmnet'],
        ['warning', 'UNNAMED_COLUMN', null],
      ].toSorted(),
    );
    for (const finding of findings) expectWhole(finding);
    expect(await organization.live()).toEqual(before);
  });

  it('of a row with several warnings, which is applied', async () => {
    const organization = await peopled();
    const csv = 'Email;Last name;Department;Country\nann@example.com;O "Neill\u200b;SALES;N/A\n';
    const ended = await organization.run(csv);
    expect(ended).toMatchObject({ outcome: 'completed', counts: { updated: 1, errors: 0, warnings: 4 } });
    expect(brief(await organization.findings(ended))).toEqual([
      [2, 'STRAY_QUOTE', null],
      [2, 'INVISIBLE_CHARACTER', 'Last name'],
      [2, 'CASE_VARIANT', 'Department'],
      [2, 'PLACEHOLDER', 'Country'],
    ]);
  });

  it('of a row with several invalid backdates, while its other cells are applied', async () => {
    const organization = await peopled();
    const csv = [
      'Email;Department;Department backdate;Country;Country backdate;Mentor;Mentor backdate',
      'ann@example.com;Legal;2020-01-01;Norway;2099-01-01;bo@example.com;soon',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    expect(brief(await organization.findings(ended))).toEqual([
      [2, 'BACKDATE_TOO_OLD', 'Department backdate'],
      [2, 'BACKDATE_IN_FUTURE', 'Country backdate'],
      [2, 'BACKDATE_INVALID', 'Mentor backdate'],
    ]);
    expect(ended).toMatchObject({ outcome: 'completed_with_errors', counts: { updated: 1, refused: 0, errors: 3 } });
    const { 'ann@example.com': ann } = await organization.people();
    expect(ann?.values).toEqual({ Department: 'Legal', Country: 'Norway', Mentor: 'bo@example.com' });
  });
});

describe('a reference to a user whose row is refused', () => {
  it('has one finding, with the line of the refused row, for any length and order of the chain', async () => {
    const organization = await peopled();
    const csv = [
      'Email;First name;Language;Manager',
      'd@example.com;D;;c@example.com',
      'c@example.com;C;;b@example.com',
      'b@example.com;B;;a@example.com',
      'fine@example.com;Fine;;ann@example.com',
      'a@example.com;A;xx;',
      'e@example.com;E;;d@example.com',
      // Ann exists already, so her refused row does not matter to the users she manages.
      'ann@example.com;Ann;xx;',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    const findings = await organization.findings(ended);
    expect(findings.map(({ line, code, value }) => [line, code, value])).toEqual([
      [2, 'PERSON_ROW_REFUSED', 'c@example.com'],
      [3, 'PERSON_ROW_REFUSED', 'b@example.com'],
      [4, 'PERSON_ROW_REFUSED', 'a@example.com'],
      [6, 'LANGUAGE_UNKNOWN', 'xx'],
      [7, 'PERSON_ROW_REFUSED', 'd@example.com'],
      [8, 'LANGUAGE_UNKNOWN', 'xx'],
    ]);
    expect([2, 3, 4, 7].map((line) => findings.find((found) => found.line === line)?.message)).toEqual([
      expect.stringContaining('on line 3'),
      expect.stringContaining('on line 4'),
      expect.stringContaining('on line 6'),
      expect.stringContaining('on line 2'),
    ]);
    expect(ended).toMatchObject({ outcome: 'completed_with_errors', counts: { read: 7, refused: 6, created: 1 } });
  });

  it('has the cycle in the finding if its row is on the cycle, and the refused row if it only leads into it', async () => {
    const organization = await peopled();
    const csv = [
      'Email;First name;Manager',
      'x@example.com;X;y@example.com',
      'y@example.com;Y;x@example.com',
      'z@example.com;Z;x@example.com',
      'w@example.com;W;ann@example.com',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    const findings = await organization.findings(ended);
    expect(brief(findings)).toEqual([
      [2, 'CYCLE', 'Manager'],
      [3, 'CYCLE', 'Manager'],
      [4, 'PERSON_ROW_REFUSED', 'Manager'],
    ]);
    expect(findings[2]?.message).toContain('on line 2');
    expect(ended.counts).toMatchObject({ refused: 3, created: 1 });
  });

  it('has the deletion in the finding if it names the deleted user, and the refused row further along the chain', async () => {
    const organization = await peopled();
    const csv = [
      'Email;First name;Manager',
      'ann@example.com;Ann;',
      'new@example.com;New;bo@example.com',
      'newer@example.com;Newer;new@example.com',
      '',
    ].join('\n');
    const waiting = await organization.toGate(csv);
    const told = (await organization.findings(waiting)).filter(({ severity }) => severity === 'error');
    expect(brief(told)).toEqual([
      [3, 'PERSON_DELETED', 'Manager'],
      [4, 'PERSON_ROW_REFUSED', 'Manager'],
    ]);
    expect(told[1]?.message).toContain('on line 3');
    await organization.cancel(waiting);
    await organization.reaches(waiting, 'ended');
  });
});
