import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const filled = async (): Promise<Organization> => {
  const organization = await product.newOrganization();
  const csv = 'Email;First name;Manager\nann@example.com;Ann;\nbo@example.com;Bo;ann@example.com\n';
  expect((await organization.run(csv)).counts.created).toBe(2);
  return organization;
};

describe('file errors', () => {
  it('write nothing, fail, and count only the file errors', async () => {
    const organization = await filled();
    const before = await organization.live();
    const files = [
      ['NO_IDENTITY_COLUMN', 'First name;Department\nAnna;Legal\n', {}],
      ['DUPLICATE_HEADER', 'Email;First name;first NAME\nann@example.com;Anna;Anna\n', {}],
      ['DELETE_WITHOUT_MATCH', 'Email;First name\nnew@example.com;New\n', { deleteMissingUsers: true }],
      ['DELETE_WITHOUT_ROWS', 'Email;First name\n', { deleteMissingUsers: true }],
    ] as const;
    for (const [code, csv, options] of files) {
      const { outcome, counts, id, deletion } = await organization.run(csv, options);
      expect([code, outcome, deletion]).toEqual([code, 'failed', null]);
      const { errors, warnings, ...others } = counts;
      expect(Object.values(others).every((count) => count === 0)).toBe(true);
      expect(errors).toBe(1);
      const found = (await organization.findings({ id })).filter(({ severity }) => severity === 'error');
      expect(found.map((finding) => finding.code)).toEqual([code]);
      expect(found[0]?.message).not.toBe('');
    }
    expect(await organization.live()).toEqual(before);
  });

  it('fail too if every row is refused, and write nothing', async () => {
    const organization = await filled();
    const before = await organization.live();
    const csv = 'Email;First name;Language\nann@example.com;Anna;xx\nnot an email;New;en\nnew@example.com;;en\n';
    const ended = await organization.run(csv);
    expect(ended.outcome).toBe('failed');
    expect(ended.counts).toMatchObject({ read: 3, refused: 3, created: 0, updated: 0, errors: 3 });
    expect((await organization.findings(ended)).map(({ line, code }) => [line, code])).toEqual([
      [2, 'LANGUAGE_UNKNOWN'],
      [3, 'EMAIL_INVALID'],
      [4, 'REQUIRED_MISSING'],
    ]);
    expect(await organization.live()).toEqual(before);
  });
});

describe('row errors', () => {
  it('refuse a cycle with its path and line numbers, and apply the other rows', async () => {
    const organization = await filled();
    const csv = [
      'Email;First name;Manager',
      'cy@example.com;Cy;bo@example.com',
      'ann@example.com;Anna;cy@example.com',
      'dan@example.com;Dan;ann@example.com',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    expect(ended.outcome).toBe('completed_with_errors');
    const cycles = (await organization.findings(ended)).filter(({ code }) => code === 'CYCLE');
    const [first] = cycles;
    expect(first).toMatchObject({ column: 'Manager', severity: 'error' });
    for (const part of ['cy@example.com (line 2)', 'ann@example.com (line 3)', 'bo@example.com (existing)', ' → ']) {
      expect(first?.message).toContain(part);
    }
    const users = await organization.people();
    expect(users['ann@example.com']).toMatchObject({ first: 'Ann', values: {} });
    expect(users['dan@example.com']?.values).toEqual({ Manager: 'ann@example.com' });
    expect(ended.counts).toMatchObject({ read: 3, refused: cycles.length });
  });

  it('are in the error log, which applies the rest once it is corrected', async () => {
    const organization = await filled();
    const csv = [
      'Email;First name;Department;Language',
      'new@example.com;"New; one";Sales;en',
      'ann@example.com;Anna;Sales;klingon',
      'bad@@example;Bad;Sales;en',
      'bo@example.com;Bob;Sales;en',
      '',
    ].join('\r\n');
    const first = await organization.run(csv);
    expect(first.outcome).toBe('completed_with_errors');
    expect(first.counts).toMatchObject({ read: 4, created: 1, updated: 1, refused: 2, errors: 2 });
    // A row about an unknown user still shows the user's name.
    const refusedRows = await organization.rows(first, 'errors');
    expect(refusedRows.map(({ line, user, changes }) => [line, user.firstName, changes])).toEqual([
      [3, 'Ann', []],
      [4, 'Bad', []],
    ]);

    const log = await organization.download(first, 'error-log.csv');
    const [header = '', ...lines] = log.split(/\r?\n/);
    expect(header).toBe('Email;First name;Department;Language;_line;_severity;_code;_column;_value;_message');
    expect(lines.filter(Boolean).map((line) => line.split(';')[4])).toEqual(['3', '4']);
    const mended = log
      .replace(/^(ann@example.com;Anna;Sales;)klingon/m, '$1sv')
      .replace(/^bad@@example;/m, 'bad@example.com;');

    const refused = await organization.run(mended, { deleteMissingUsers: true });
    expect(refused.outcome).toBe('failed');
    expect(refused.parent?.id).toBe(first.id);
    expect((await organization.findings(refused)).map(({ code }) => code)).toContain('DELETE_WITH_ERROR_LOG');

    const second = await organization.run(mended);
    expect(second.outcome).toBe('completed');
    expect(second.parent).toEqual({ id: first.id, href: first.links.self });
    expect(first.parent).toBeNull();
    expect(second.counts).toMatchObject({ read: 2, created: 1, updated: 1, refused: 0, errors: 0 });
    const users = await organization.people();
    expect(users['ann@example.com']).toMatchObject({ first: 'Anna', language: 'sv', values: { Department: 'Sales' } });
    expect(users['bad@example.com']).toMatchObject({ first: 'Bad' });
    expect(users['bo@example.com']).toMatchObject({ first: 'Bob' });
  });

  it('are linked to the upload of their error log, even if later uploads had errors', async () => {
    const organization = await filled();
    const csv = 'Email;First name;Language\nann@example.com;Ann;xx\nbo@example.com;Bo;\ncat@example.com;Cat;yy\n';
    const first = await organization.run(csv);
    const log = await organization.download(first, 'error-log.csv');
    await organization.run('Email;First name;Language\nann@example.com;Ann;xx\n');
    // As a spreadsheet program would save it: another delimiter, rows in another order, one taken out, one put in.
    const [header, ann, cat] = log.trimEnd().split(/\r?\n/);
    const rows = [header, cat?.replace('yy', 'sv'), 'dan@example.com;Dan;sv;;;;;;'].join('\n').replaceAll(';', '\t');
    expect(ann).toContain('ann@example.com');
    const mended = await organization.run(rows);
    expect(mended.outcome).toBe('completed');
    expect(mended.parent?.id).toBe(first.id);

    const strange = await organization.run('Email;First name;_line;_code\nann@example.com;Ann;2;CYCLE\n');
    expect(strange).toMatchObject({ outcome: 'completed', parent: null });
  });

  it('report lost leading zeros of an external id, and no user is listed as missing or created twice', async () => {
    const organization = await product.newOrganization();
    await organization.run(
      'External Id;First name;Email\n0042;Ann;ann@example.com\n0043;Bo;\n44;Cy;\n0045;Di;\n0046;Ed;\n',
    );
    const csv = 'External Id;First name;Email\n42;Ann;ann@example.com\n43;Bo;\n44;Cy;\n45;New;\n0045;Di;\n';
    const waiting = await organization.toGate(csv);
    expect((await organization.rows(waiting, 'deleted')).map(({ user }) => user.externalId)).toEqual(['0046']);
    expect((await organization.findings(waiting)).map(({ line, code, value }) => [line, code, value])).toEqual([
      [null, 'KEPT', null],
      [2, 'LEADING_ZEROS_LOST', '42'],
      [3, 'LEADING_ZEROS_LOST', '43'],
    ]);
    const [, , third] = await organization.findings(waiting);
    expect(third?.message).toContain('"0043"');
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.counts).toMatchObject({ read: 5, created: 1, unchanged: 2, refused: 2, deleted: 1 });
  });

  it('count identical duplicates once, and refuse different rows for one user, each naming the other', async () => {
    const organization = await filled();
    const csv = [
      'Email;First name',
      'ann@example.com;Anna',
      'ann@example.com;Anna',
      'bo@example.com;Bob',
      'bo@example.com;Robert',
      'two@example.com;Two',
      '',
    ].join('\n');
    const ended = await organization.run(csv);
    expect(ended.counts).toMatchObject({
      read: 5,
      created: 1,
      updated: 1,
      skipped: 1,
      refused: 2,
      warnings: 1,
      errors: 2,
    });
    const findings = await organization.findings(ended);
    expect(findings.map(({ line, code }) => [line, code])).toEqual([
      [3, 'DUPLICATE_IDENTICAL'],
      [4, 'DUPLICATE_ROW'],
      [5, 'DUPLICATE_ROW'],
    ]);
    expect(findings[1]?.message).toContain('5');
    expect(findings[2]?.message).toContain('4');
    expect((await organization.people())['bo@example.com']?.first).toBe('Bo');
  });
});
