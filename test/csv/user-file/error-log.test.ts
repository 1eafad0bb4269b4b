import { expect, test } from 'vitest';
import { errorLog } from '../../../csv/user-file/error-log.ts';
import type { FileFormat } from '../../../csv/user-file/file-format.ts';
import { inspectFile } from '../../../csv/user-file/inspect-file.ts';
import { readRows } from '../../../csv/user-file/read-rows.ts';
import { type Finding, finding } from '../../../rules/findings/findings.ts';
import { collect, inPieces, LIMITS } from '../in-pieces.ts';

const logOf = async (file: string, findings: Finding[]): Promise<string> => {
  const open = inPieces(file);
  const { reading } = await inspectFile(open, LIMITS);
  return textOf(open, reading, findings);
};
const textOf = async (
  open: ReturnType<typeof inPieces>,
  reading: FileFormat | null,
  findings: Finding[],
): Promise<string> => {
  let text = '';
  const stored = (async function* () {
    yield* findings;
  })();
  for await (const piece of errorLog(open, reading, LIMITS, stored)) text += piece;
  return text;
};

test('rows with findings have their original columns, one line each, in file order', async () => {
  const file = 'Email;First name\na@b.se;Anna\nc@d.se;"B;o"\ne@f.se;Cy\n';
  const log = await logOf(file, [
    finding(3, 'LANGUAGE_UNKNOWN', 'Language', 'xx', { languages: 'en' }),
    finding(3, 'BOOLEAN_INVALID', 'Participate in survey', 'maybe'),
    finding(4, 'STRAY_QUOTE'),
  ]);
  const [header, ...rows] = log.split('\r\n');
  expect(header).toBe('\ufeffEmail;First name;_line;_severity;_code;_column;_value;_message');
  expect(rows).toHaveLength(3);
  expect(rows[0]).toBe(
    'c@d.se;"B;o";3;error | error;LANGUAGE_UNKNOWN | BOOLEAN_INVALID;Language | Participate in survey;xx | maybe;' +
      '"""xx"" is not a language that can be chosen. Write one of: en; or the name of one of these languages. | ' +
      '""maybe"" is neither TRUE nor FALSE. Write TRUE or FALSE. Understood too: 1/0, yes/no, and the words for true/false and yes/no in Swedish (sant/falskt, ja/nej), Danish, Norwegian, Finnish, German (wahr/falsch, ja/nein), French, Spanish, Italian, Dutch, Polish and Portuguese."',
  );
  expect(rows[1]).toMatch(/^e@f\.se;Cy;4;warning;STRAY_QUOTE;;;/);
  expect(rows[2]).toBe('');
});

test('findings about the file come first, with empty original columns', async () => {
  const log = await logOf('Email;Nope\na@b.se;1\n', [
    finding(null, 'DELIMITER_DETECTED', null, null, { delimiter: 'comma' }),
    finding(1, 'UNKNOWN_HEADER', 'Nope', 'Nope'),
    finding(1, 'UNNAMED_COLUMN'),
    finding(2, 'SHORT_ROW'),
  ]);
  const rows = log
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(';').slice(0, 5).join(';'));
  expect(rows).toEqual([
    ';;;warning;DELIMITER_DETECTED',
    ';;1;warning;UNKNOWN_HEADER',
    ';;1;warning;UNNAMED_COLUMN',
    'a@b.se;1;2;warning;SHORT_ROW',
  ]);
});

test('a file that could not be read has findings only', async () => {
  const log = await textOf(inPieces('%PDF'), null, [finding(null, 'NOT_CSV', null, null, { kind: 'a PDF document' })]);
  expect(log.split('\r\n')[0]).toBe('\ufeff_line;_severity;_code;_column;_value;_message');
  expect(log).toContain('NOT_CSV');
});

test('a finding on a line that is no row is in line order', async () => {
  const log = await logOf('Email\na@b.se\n\nc@d.se\n', [
    finding(2, 'STRAY_QUOTE'),
    finding(3, 'OPEN_QUOTE'),
    finding(4, 'STRAY_QUOTE'),
    finding(9, 'KEPT'),
  ]);
  const rows = log
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(';').slice(0, 2).join(';'));
  expect(rows).toEqual(['a@b.se;2', ';3', 'c@d.se;4', ';9']);
});

test('a corrected log can be uploaded: cells keep their meaning, and its own columns are not repeated', async () => {
  const file = 'Email;First name;Salary;Last name\na@b.se;=Anna;-5;\'=x\nc@d.se;"say ""hi""\nthere";+5;ok\n';
  const findings = [finding(2, 'STRAY_QUOTE'), finding(3, 'STRAY_QUOTE')];
  const log = await logOf(file, findings);
  expect(log.split('\r\n')[1]).toMatch(/^a@b\.se;'=Anna;-5;'=x;2;/);

  const again = await logOf(
    log,
    findings.map((old, index) => ({ ...old, line: index + 2 })),
  );
  expect(again.split('\r\n')[0]).toBe(log.split('\r\n')[0]);

  const open = inPieces(log);
  const { reading } = await inspectFile(open, LIMITS);
  const rows = await collect(readRows(open(), reading!, LIMITS));
  expect(rows.map(({ cells }) => cells.slice(0, 4))).toEqual([
    ['a@b.se', "'=Anna", '-5', "'=x"],
    ['c@d.se', 'say "hi"\nthere', "'+5", 'ok'],
  ]);
});

test('the file is not opened if no row has a finding', async () => {
  const { reading } = await inspectFile(inPieces('Email\na@b.se\n'), LIMITS);
  const neverOpened = () => {
    throw new Error('opened');
  };
  const log = await textOf(neverOpened, reading, [finding(null, 'KEPT', null, null, { person: 'x', reason: 'admin' })]);
  expect(log).toContain('KEPT');
});
