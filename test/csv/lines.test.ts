import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { collect, inPieces, LIMITS } from './in-pieces.ts';

const SIZES = [1, 2, 3, 7, 1000];

const read = async (content: string | Buffer, size = 1000) => {
  const open = inPieces(content, [size]);
  const { reading, findings } = await inspectFile(open, LIMITS);
  if (!reading) return { codes: findings.map(({ code, line }) => [code, line]), header: [], cells: [], stray: [] };
  const rows = await collect(readRows(open(), reading, LIMITS));
  return {
    codes: reading.warnings.map(({ code, line }) => [code, line]),
    header: reading.header,
    cells: rows.map(({ cells }) => cells),
    stray: rows.filter(({ strayQuotes }) => strayQuotes.length > 0).map(({ line }) => line),
    formats: reading.formats,
  };
};

describe('end-of-file characters', () => {
  const text = 'Email;Name\r\na@b.se;Å\r\n';
  const utf16 = Buffer.from(`\ufeff${text}\u001a`, 'utf16le');
  test.each([
    ['behind a line break', Buffer.from(`${text}\u001a`)],
    ['behind the last cell, several', Buffer.from('Email;Name\r\na@b.se;Å\u001a\u001a\u001a')],
    ['with line breaks between and behind them', Buffer.from(`${text}\u001a\r\n\u001a\n`)],
    ['in UTF-16', utf16],
    ['in UTF-16, as one byte', Buffer.concat([utf16.subarray(0, -2), Buffer.from([0x1a])])],
    ['in UTF-16 of the other order', Buffer.from(utf16).swap16()],
    ['in Windows-1252', Buffer.from(`${text}\u001a`, 'latin1')],
  ])('are no row: %s', async (_where, bytes) => {
    for (const size of SIZES) expect((await read(bytes, size)).cells).toEqual([['a@b.se', 'Å']]);
  });
  test('are text in other places', async () => {
    for (const size of SIZES)
      expect((await read('Email;Name\na@b.se;\u001aA\n\u001a\nb@b.se;B\n', size)).cells).toEqual([
        ['a@b.se', '\u001aA'],
        ['\u001a'],
        ['b@b.se', 'B'],
      ]);
  });
  test('alone are an empty file', async () => {
    expect((await read('\u001a\r\n\u001a')).codes).toEqual([['FILE_EMPTY', null]]);
  });
});

describe('delimiters at the end of every line', () => {
  test('are dropped, also those of another program and of both', async () => {
    for (const run of [';;', ',', '\t', ',,;;', ';,']) {
      const { codes, header, cells, stray } = await read(
        `Email,Name${run}\na@b.se,"A, B"${run}\nb@b.se,${run}\n\n,${run}\n`,
      );
      expect([run, codes, header, cells, stray]).toEqual([
        run,
        [
          ['DELIMITER_DETECTED', null],
          ['TRAILING_DELIMITERS', null],
        ],
        ['Email', 'Name'],
        [
          ['a@b.se', 'A, B'],
          ['b@b.se', ''],
        ],
        [],
      ]);
    }
  });
  test('are the run that all lines share', async () => {
    const shared = await read('Email;Name;;;\na@b.se;A;\nb@b.se;B;;\n');
    expect(shared).toMatchObject({ codes: [['TRAILING_DELIMITERS', null]], header: ['Email', 'Name', '', ''] });
    const none = await read('Email,Salary;;\na@b.se,"1,5";;\nb@b.se,"2,5"\n');
    expect(none).toMatchObject({ codes: [['DELIMITER_DETECTED', null]], header: ['Email', 'Salary;;'] });
    expect(none.cells).toEqual([
      ['a@b.se', '"1,5";;'],
      ['b@b.se', '2,5'],
    ]);
  });
  test('are none in quotes, and none if only the header has them', async () => {
    expect(await read('Email;"Name;;"\na@b.se;"A;;"\n')).toMatchObject({ codes: [], cells: [['a@b.se', 'A;;']] });
    expect(await read('Email;Name,\n')).toMatchObject({ codes: [], header: ['Email', 'Name,'] });
  });
  test('do not hide the proof of a column', async () => {
    const { formats } = await read('Email,Salary;;\na@b.se,"1,5";;\n');
    expect(formats?.[1]?.numbers.comma).toBe('decimal');
  });
});

test('a header in quotes as a whole, or another one below, is a file error', async () => {
  for (const header of ['"Email;Name"', '"Email,""Name"""', '"Name;Email";;', '"a@b.se;A"', 'sep=;\n"Email;Name"']) {
    expect((await read(`${header}\n"a@b.se;A"\n`)).codes).toEqual([['LINES_QUOTED', header.startsWith('sep') ? 2 : 1]]);
  }
  for (const line of ['Name;Email', 'External Id;Name', 'Email,Name', '"Email;Name"', '\ufeffE-post;Namn;Team'])
    expect([line, (await read(`Email;Name\na@b.se;A\n${line}\n`)).codes]).toEqual([line, [['OTHER_HEADER', 3]]]);
  for (const line of ['email; NAME ', '\ufeff"Email";"Name"', 'Email;Name;;', '\u001aEmail;Name', 'c@d.se;Email', ';x'])
    expect([line, (await read(`Email;Name\na@b.se;A\n${line}\n`)).codes]).toEqual([line, []]);
  expect((await read('External Id;Name;Contact\nE1;A;Email\nE2;B;Phone\n')).codes).toEqual([]);
});
