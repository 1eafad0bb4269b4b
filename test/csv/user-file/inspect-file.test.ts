import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../../csv/user-file/inspect-file.ts';
import { inPieces, LIMITS } from '../in-pieces.ts';

const inspect = (content: string | Buffer, limits = LIMITS) => inspectFile(inPieces(content), limits);
const reading = async (content: string | Buffer) => {
  const { reading, findings } = await inspect(content);
  if (!reading) throw new Error(`Not readable: ${JSON.stringify(findings)}`);
  return reading;
};
/** The bytes that a program of that encoding would save. */
const windows1252 = (text: string) => {
  const decoder = new TextDecoder('windows-1252');
  const bytes = Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte] as const);
  const byteOf = new Map(bytes);
  return Buffer.from([...text].map((character) => byteOf.get(character)!));
};
const wrong = async (content: string | Buffer, limits = LIMITS) => (await inspect(content, limits)).findings;

test('a template has no warning', async () => {
  expect(await reading('\ufeffEmail;First name\r\na@b.se;Anna\r\n')).toEqual({
    encoding: 'utf-8',
    hadBom: true,
    delimiter: ';',
    sepLine: false,
    header: ['Email', 'First name'],
    headerLine: 1,
    laterHeaderLine: null,
    ending: '',
    rows: 1,
    warnings: [],
    filled: [0, 0],
    formats: expect.any(Array),
    samples: [],
  });
});

describe('the delimiter', () => {
  test.each([
    [',', 'comma'],
    ['\t', 'tab'],
  ])('%j is detected, with a notice', async (delimiter, name) => {
    const file = await reading(`Email${delimiter}First name\na@b.se${delimiter}Anna\n`);
    expect(file.delimiter).toBe(delimiter);
    expect(file.warnings).toMatchObject([{ code: 'DELIMITER_DETECTED', line: null, details: { delimiter: name } }]);
  });

  test('is found if other candidates are more frequent, also inside quotes', async () => {
    expect((await reading('First name,"a;b;c;d",Email\n"x;y",2;2;2,3\n')).delimiter).toBe(',');
    expect((await reading('Email;Notes\na@b.se;1,2,3,4,5\nb@b.se;1,2,3,4,5\n')).delimiter).toBe(';');
  });

  test('does not matter in a file of one column', async () => {
    expect(await reading('Email\na@b.se\n')).toMatchObject({ delimiter: ';', header: ['Email'], warnings: [] });
  });

  test('is detected by evenness if no header is known', async () => {
    expect((await reading('name,team\nAnna;Berg,x\nBo,y\n')).delimiter).toBe(',');
  });

  test('that is unclear is a file error that shows the first line', async () => {
    expect(await wrong('Email;Name,External Id\na;b,c\n')).toMatchObject([
      { code: 'DELIMITER_UNKNOWN', line: 1, details: { firstLine: 'Email;Name,External Id' } },
    ]);
    expect(await wrong('Email|First name\na@b.se|Anna\n')).toMatchObject([
      { code: 'DELIMITER_UNKNOWN', line: 1, details: { firstLine: 'Email|First name' } },
    ]);
    expect(await wrong('a;b,c\n1;2,3\n')).toMatchObject([{ code: 'DELIMITER_UNKNOWN' }]);
  });
});

describe('sep=', () => {
  test.each(['sep=;', 'SEP=;', '"sep=;"', 'sep=;;;'])('%s is skipped and counts as line 1', async (hint) => {
    expect(await reading(`${hint}\r\nEmail;First name\r\na@b.se;Anna\r\n`)).toMatchObject({
      sepLine: true,
      delimiter: ';',
      headerLine: 2,
      header: ['Email', 'First name'],
      rows: 1,
      warnings: [],
    });
  });

  test('gives the delimiter, even if it could not be detected', async () => {
    expect((await reading('sep=,\na;b,c\n1;2,3\n')).delimiter).toBe(',');
    expect(await reading('sep=\t\nEmail\tFirst name\n')).toMatchObject({ delimiter: '\t', warnings: [] });
  });

  test('is ignored if the header contradicts it', async () => {
    expect(await reading('sep=,\nEmail;First name\na@b.se;Anna\n')).toMatchObject({
      delimiter: ';',
      header: ['Email', 'First name'],
    });
  });
});

describe('the encoding', () => {
  const text = 'Email;First name\r\na@b.se;Åsa Müller\r\n';

  test('is UTF-16 if the byte order mark says so', async () => {
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await reading(little)).toMatchObject({ encoding: 'utf-16le', hadBom: true, rows: 1, warnings: [] });
    expect(await reading(Buffer.from(little).swap16())).toMatchObject({
      encoding: 'utf-16be',
      rows: 1,
      header: ['Email', 'First name'],
    });
  });

  test('is UTF-16 without a mark if every other byte is zero, with a warning', async () => {
    expect(await reading(Buffer.from(text, 'utf16le'))).toMatchObject({
      encoding: 'utf-16le',
      hadBom: false,
      warnings: [{ code: 'ENCODING_CONVERTED' }],
    });
  });

  test('is Windows-1252 if it is not UTF-8, with a warning and sample cells', async () => {
    expect(
      await reading(Buffer.from('Email;First name\r\na@b.se;Anna\r\nc@d.se;\xc5sa O\x92Brien\r\n', 'latin1')),
    ).toMatchObject({
      encoding: 'windows-1252',
      samples: [{ line: 3, value: 'Åsa O’Brien' }],
      warnings: [{ code: 'ENCODING_CONVERTED', value: 'Åsa O’Brien', line: null }],
    });
  });

  test('has sample cells of a converted file, without outer spaces', async () => {
    const hidden = `${'x'.repeat(250)}\xe5`;
    const file = `Email;First name;Notes\r\na@b.se;\xa0;${hidden}\r\nb@b.se; Zo\xeb ;\xc5sa\r\nc@b.se;Zo\xeb;\r\n`;
    expect(await reading(Buffer.from(file, 'latin1'))).toMatchObject({
      samples: [
        { line: 3, value: 'Zoë' },
        { line: 3, value: 'Åsa' },
      ],
    });
  });

  test.each([
    ['a byte that Windows-1252 does not have', Buffer.from('Email\na@b.se\nMalm\x81\n', 'latin1'), 3, 17],
    [
      'UTF-8 with a damaged letter',
      Buffer.concat([Buffer.from('Email\nÅsa\nÖrjan\n'), Buffer.from('M\xfcller\n', 'latin1')]),
      4,
      19,
    ],
    ['the encoding of an old Mac', Buffer.from('Email\nMalm\x9a\nG\x8avle\n', 'latin1'), 3, 13],
    ['the encoding of MS-DOS, at the end of a word', Buffer.from('Email\nMalm\x94\n', 'latin1'), 2, 10],
    ['the encoding of MS-DOS, in a word', Buffer.from('Email\nG\x84vle\n', 'latin1'), 2, 7],
    ['Polish in Windows-1250', Buffer.from('Email\nWa\xb3\xeasa\n\xa3ukasz\n', 'latin1'), 2, 8],
    ['Russian in Windows-1251', Buffer.from('Email\n\xc8\xe2\xe0\xed\xee\xe2\n', 'latin1'), 2, 6],
    ['Greek', Buffer.from('Email\n\xc1\xe8\xde\xed\xe1\n', 'latin1'), 2, 6],
  ])('%s is a file error with line and byte', async (_, bytes, line, byte) => {
    expect(await wrong(bytes)).toMatchObject([{ code: 'ENCODING_UNKNOWN', line, details: { byte } }]);
  });

  test.each(['åäö ÅÄÖ', '“Anna” Berg', 'O´Brien', '10 m²', 'Müller–Lüdenscheidt', 'Øæå', 'Šimkus Žižek Ö'])(
    '%s is read as Windows-1252',
    async (text) => {
      const bytes = windows1252(`Email;First name\na@b.se;${text}\nc@d.se;é\n`);
      expect(await reading(bytes)).toMatchObject({
        encoding: 'windows-1252',
        samples: [{ value: text }, { value: 'é' }],
      });
    },
  );

  test.each([
    ['MalmÃ¶', 'Malmö'],
    ['Ã…sa Ã–stlund', 'Åsa Östlund'],
    ['Oâ€™Brien', 'O’Brien'],
    ['Wałęsa', null],
    ['MalmÃƒÂ¶', 'Malmö'],
    ['Malm√∂', 'Malmö'],
    ['Ãmile', null],
    ['Å “x”', null],
  ])('%s was encoded twice if that makes %s', async (text, meant) => {
    const { warnings } = await reading(`Email;First name\na@b.se;Bo\nc@d.se;${text}\n`);
    const found = { code: 'DOUBLE_ENCODED', line: 3, column: 'First name', value: text, details: { meant } };
    expect(warnings).toEqual(meant ? [found] : []);
  });

  test('that was applied twice has one warning, with a few cells, for any size of pieces', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `a${index}@b.se;Ort ${index};GÃ¤vle ${index}`);
    const { warnings } = await reading(`Email;Ort;Stad\n${rows.join('\n')}`);
    expect(warnings).toMatchObject([
      {
        code: 'DOUBLE_ENCODED',
        line: 2,
        column: 'Stad',
        details: { meant: 'Gävle 0', samples: '"GÃ¤vle 1", "GÃ¤vle 2", "GÃ¤vle 3", "GÃ¤vle 4"' },
      },
    ]);
  });

  test('that contradicts its byte order mark is a file error', async () => {
    expect(await wrong(Buffer.concat([Buffer.from('\ufeffEmail\n'), Buffer.from('\xc5sa\n', 'latin1')]))).toMatchObject(
      [{ code: 'ENCODING_UNKNOWN' }],
    );
    expect(await wrong(Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42]))).toMatchObject([{ code: 'ENCODING_UNKNOWN' }]);
  });
});

describe('a file that is not CSV', () => {
  const zipOf = (name: string) =>
    Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), Buffer.from(name)]);
  test.each([
    [zipOf('[Content_Types].xml'), 'an Excel workbook'],
    [zipOf('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), 'an OpenDocument spreadsheet'],
    [zipOf('Index/Document.iwa'), 'a Numbers document'],
    [zipOf('people.csv'), 'a zip archive'],
    [Buffer.from('MIME-Version: 1.0\nContent-Type: multipart/related\n'), 'a web archive (MHTML)'],
    [Buffer.from('ID;PWXL;N;E\nP;PGeneral\n'), 'a SYLK spreadsheet'],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'an old Excel workbook'],
    [Buffer.from('%PDF-1.7'), 'a PDF document'],
    [Buffer.from('\n <!DOCTYPE html><html>'), 'a web page (HTML)'],
    [Buffer.from('<html><body>'), 'a web page (HTML)'],
    [Buffer.from('<!-- saved -->\n<html>'), 'a web page (HTML)'],
    [Buffer.from('\uFEFF<!DOCTYPE html><html>'), 'a web page (HTML)'],
    [Buffer.from('\uFEFF<html><body>', 'utf16le'), 'a web page (HTML)'],
    [Buffer.from('\uFEFF<?xml version="1.0"?>'), 'an XML file'],
    [Buffer.from('[{"email": "a@b.se"}]'), 'a JSON file'],
    [Buffer.from([0x1f, 0x8b, 8, 0]), 'a compressed file (gzip)'],
    [Buffer.from([1, 2, 3, 4, 5, 200, 201, 0, 7]), 'a binary file'],
  ])('has its type in the finding (%#)', async (bytes, kind) => {
    expect(await wrong(bytes)).toMatchObject([{ code: 'NOT_CSV', line: null, details: { kind } }]);
  });
});

test.each(['', '\ufeff', '\r\n\r\n  \n', ';;;\n;\n', 'sep=;\n'])('%j is empty', async (content) => {
  expect(await wrong(content)).toMatchObject([{ code: 'FILE_EMPTY', line: null }]);
});

test('a header alone is a file without rows', async () => {
  expect(await reading('Email;First name')).toMatchObject({ rows: 0, headerLine: 1 });
});

test('blank lines before the header count as lines', async () => {
  expect(await reading('\n\nEmail\na@b.se\n')).toMatchObject({ headerLine: 3, rows: 1 });
});

test('an unclosed quote is a file error on the line where it opens', async () => {
  expect(await wrong('Email;First name\na@b.se;"An\nna"\nc@d.se;"Bo\ne@f.se;Cy\n')).toMatchObject([
    { code: 'OPEN_QUOTE', line: 4, value: '"Bo' },
  ]);
  expect(await wrong('"Email;First name\na@b.se;Anna\n')).toMatchObject([{ code: 'OPEN_QUOTE', line: 1 }]);
});

test('limits of rows and columns are enforced', async () => {
  const limits = { ...LIMITS, maxRows: 2, maxColumns: 3 };
  expect(await wrong('Email\n1\n\n2\n', limits)).toBeNull();
  expect(await wrong('Email\n1\n2\n3\n', limits)).toMatchObject([{ code: 'TOO_MANY_ROWS', details: { limit: 2 } }]);
  expect(await wrong('Email;a;b;;;\n', limits)).toBeNull();
  expect(await wrong('Email;a;b;c\n', limits)).toMatchObject([
    { code: 'TOO_MANY_COLUMNS', line: 1, details: { limit: 3, columns: 4 } },
  ]);
});

test('column formats are inferred from cells, with the proving cell and its line', async () => {
  const { formats } = await reading(
    'Email;Born;Salary;Start;Bonus\na@b.se;03/04/1990;1,234;1/13/2026;5\n\nc@d.se;31/12/1991;12,5;13/1/2026;1.234,5\n',
  );
  expect(formats[1]).toMatchObject({ dates: { order: 'day_first', proof: { line: 4, value: '31/12/1991' } } });
  expect(formats[2]).toMatchObject({ numbers: { comma: 'decimal', proof: { line: 4, value: '12,5' } } });
  expect(formats[3]).toMatchObject({ dates: { order: 'contradicting', proof: { line: 4 }, against: { line: 2 } } });
  expect(formats[4]).toMatchObject({ numbers: { pointGroups: { line: 4, value: '1.234,5' } } });
});

test('a reading is plain data', async () => {
  const file = await reading('Email,Born\na@b.se,31/12/1990\n');
  expect(JSON.parse(JSON.stringify(file))).toEqual(file);
});

test('a reading can be stored with any header', async () => {
  expect((await reading('Email;Na\0me\n')).header).toEqual(['Email', 'Na\u2400me']);
});

test('a column has lost letters if several cells have question marks at letters, one of them inside a word', async () => {
  const { formats } = await reading(
    'Email;First;Last;Note;Id\na@b.se;B?rbel;Micha?;Who?;="?1"\nb@b.se;Anna;="Wa??sa";When?;="?2"\nc@b.se;?sa;Berg;?;x\n',
  );
  expect(formats.map(({ lettersLost }) => lettersLost)).toEqual([false, true, true, false, true]);
});

test('formulas that only show a text count as that text in the proof', async () => {
  const { formats } = await reading(
    '="Email";="Born";="Pay";="Participate in survey"\n="a@b.se";="31/12/1991";="12,5";="nej"\n',
  );
  expect(formats[1]).toMatchObject({ dates: { order: 'day_first', proof: { line: 2, value: '31/12/1991' } } });
  expect(formats[2]).toMatchObject({ numbers: { comma: 'decimal' } });
  expect(formats[3]).toMatchObject({ booleans: { proof: { value: 'nej' } } });
});
