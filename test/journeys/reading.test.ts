import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 100 });
});
afterAll(() => product.close());

/** The same three people, as programs save them. */
const PEOPLE = [
  ['Email', 'First name', 'Last name', 'Department', 'Employment Date'],
  ['asa@example.com', 'Åsa', 'Öberg', 'R&D; "Lab"', '2020-02-29'],
  ['rene@example.com', 'René', 'Müller', 'IT, support', '2021-12-31'],
  ['bo@example.com', 'Bo', '', 'Two\nlines', '2022-01-01'],
];
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const written = (delimiter: string, lineBreak: string, quoteAll = false) =>
  PEOPLE.map((row) =>
    row.map((cell) => (quoteAll || /[;,\t"\n]/.test(cell) ? quoted(cell) : cell)).join(delimiter),
  ).join(lineBreak) + lineBreak;
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

const FILES: [string, Buffer][] = [
  ['Excel, "CSV UTF-8", in Sweden', Buffer.from(`\ufeff${written(';', '\r\n')}`)],
  ['Excel, "CSV UTF-8", in Britain', Buffer.from(`\ufeff${written(',', '\r\n')}`)],
  ['Excel, "CSV"', Buffer.from(written(';', '\r\n'), 'latin1')],
  ['Excel, "Unicode Text"', Buffer.from(`\ufeff${written('\t', '\r\n')}`, 'utf16le')],
  ['Excel, with the hint sep=', Buffer.from(`sep=,\r\n${written(',', '\r\n')}`)],
  ['Google Sheets', Buffer.from(written(',', '\n'))],
  ['LibreOffice, all cells in quotes', Buffer.from(written(';', '\n', true))],
  ['an old Mac program', Buffer.from(written(';', '\r'))],
  ['a program with big-endian text', utf16be(`\ufeff${written(';', '\r\n')}`)],
  ['a database tool, with tabs and no mark', Buffer.from(written('\t', '\n'), 'utf16le')],
];

describe('the same people, saved by', () => {
  it.each(FILES)('%s, are parsed the same', async (_, bytes) => {
    const organization = await product.newOrganization();
    const ended = await organization.run(bytes);
    expect(ended.outcome).toBe('completed');
    expect(ended.counts).toMatchObject({ read: 3, created: 3, errors: 0 });
    const users = await organization.people();
    expect(users['asa@example.com']).toMatchObject({
      first: 'Åsa',
      last: 'Öberg',
      values: { Department: 'R&D; "Lab"', 'Employment Date': '2020-02-29' },
    });
    expect(users['rene@example.com']).toMatchObject({ last: 'Müller', values: { Department: 'IT, support' } });
    expect(users['bo@example.com']).toMatchObject({ last: null, values: { Department: 'Two lines' } });
  });
});

describe('the detected format of a file', () => {
  it('is shown column by column, with a cell that proves it', async () => {
    const organization = await product.newOrganization();
    await organization.json('POST', '/attributes', { name: 'Salary', type: 'numbers' });
    const csv = [
      'Email;Participate in survey;Date of Birth;Employment Date;Termination date;Salary;Nonsense',
      'ann@example.com;;01/02/1990;2020-01-31;01/02/2030;1.234;31/12/2020',
      'bo@example.com;nej;31/12/1991;;01/03/2030;12,5;x',
      '',
    ].join('\n');
    const { file } = await organization.run(csv);
    expect(
      file.reading.map(({ column, type, format, proof, against }) => [column, type, format, proof, against]),
    ).toEqual([
      ['Email', 'email', null, null, null],
      ['Participate in survey', 'participates', 'words', { line: 3, value: 'nej' }, null],
      ['Date of Birth', 'dates', 'day_first', { line: 3, value: '31/12/1991' }, null],
      ['Employment Date', 'dates', 'year_first', { line: 2, value: '2020-01-31' }, null],
      ['Termination date', 'dates', 'unproved', null, null],
      ['Salary', 'numbers', 'decimal_comma', { line: 3, value: '12,5' }, null],
      [null, null, null, null, null],
    ]);
    expect(file.reading.map(({ position, header }) => `${position} ${header}`)).toContain('7 Nonsense');
  });

  it('contains the two cells that contradict each other', async () => {
    const organization = await product.newOrganization();
    const csv = 'Email;First name;Date of Birth\na@b.se;A;31/12/1990\nc@d.se;C;12/31/1990\ne@f.se;E;1990-12-31\n';
    const ended = await organization.run(csv);
    expect(ended.file.reading[2]).toMatchObject({
      format: 'contradicting',
      proof: { line: 2, value: '31/12/1990' },
      against: { line: 3, value: '12/31/1990' },
    });
    expect(ended.counts).toMatchObject({ refused: 2, created: 1 });
  });

  it('contains cells of a file that was not Unicode', async () => {
    const organization = await product.newOrganization();
    const rows = ['Åsa', 'Örjan', 'Åsa', 'René', 'Zoë', 'Mårten', 'Göran'].map((name, at) => `p${at}@b.se;${name}`);
    const ended = await organization.run(Buffer.from(['Email;First name', ...rows].join('\n'), 'latin1'));
    expect(ended.file).toMatchObject({ encoding: 'windows-1252', sample: { line: 2, value: 'Åsa' } });
    expect(ended.file.samples.map(({ value }) => value)).toEqual(['Åsa', 'Örjan', 'René', 'Zoë', 'Mårten']);
    const [converted] = await organization.findings(ended);
    expect(converted?.message).toContain('"Örjan"');
  });

  it('has the line of the header if a title stands above it', async () => {
    const organization = await product.newOrganization();
    const ended = await organization.run('Our people;;\n;;\nEmail;First name;Language\na@b.se;Anna;en\n');
    expect(ended.outcome).toBe('failed');
    const found = await organization.findings(ended);
    const lost = found.find(({ code }) => code === 'NO_IDENTITY_COLUMN');
    expect(lost).toMatchObject({ line: 1, suggestion: 'Line 3 looks like the header: delete the lines above it.' });
  });

  it('is in Swedish for Swedish readers, in lists and in the error log', async () => {
    const organization = await product.newOrganization();
    const ended = await organization.run('Email;First name\nanna;Anna\n');
    const ask = async (path: string, acceptLanguage?: string) => {
      const answer = await fetch(`${product.url}${ended.links.self}/${path}`, {
        headers: {
          authorization: `Bearer ${organization.token}`,
          ...(acceptLanguage ? { 'accept-language': acceptLanguage } : {}),
        },
      });
      return { language: answer.headers.get('content-language'), text: await answer.text() };
    };
    const SWEDISH = 'är inte en e-postadress: den har inget @.';
    for (const path of ['findings', 'findings?group=code', 'rows', 'error-log.csv']) {
      expect((await ask(path, 'nn;q=0.1, sv-FI;q=0.9, en;q=0.5')).text).toContain(SWEDISH);
      expect((await ask(path, 'de, en;q=0.2, sv;q=0.1')).text).toContain('is not an email address: it has no @.');
      expect((await ask(path, 'de')).language).toBe('en');
      const asked = await ask(`${path}${path.includes('?') ? '&' : '?'}language=sv`, 'en');
      expect(asked).toMatchObject({ language: 'sv', text: expect.stringContaining(SWEDISH) });
    }
  });

  it('is empty if the file could not be parsed', async () => {
    const organization = await product.newOrganization();
    const ended = await organization.run('%PDF-1.7 nothing');
    expect(ended).toMatchObject({ outcome: 'failed', file: { reading: [], samples: [] } });
    expect((await organization.findings(ended))[0]).toMatchObject({ code: 'NOT_CSV' });
  });
});
