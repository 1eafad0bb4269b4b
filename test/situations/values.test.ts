import { expect } from 'vitest';
import { ACME, playSituations, type Situation } from './situation.ts';

const PAID = (value: string | undefined) => ({ values: { Salary: value } });

/**
 * The first upload, saved again by the spreadsheet programs of the twelve languages: delimiter, decimal comma, words for
 * TRUE and FALSE, and dates of the language. Every value keeps its meaning.
 */
const LOCALES: Record<string, { words: [string, string]; day: (year: string, month: string, day: string) => string }> =
  {
    en: { words: ['TRUE', 'FALSE'], day: (year, month, day) => `${Number(month)}/${Number(day)}/${year}` },
    sv: { words: ['SANT', 'FALSKT'], day: (year, month, day) => `${year}-${month}-${day}` },
    da: { words: ['SAND', 'FALSK'], day: (year, month, day) => `${day}-${month}-${year}` },
    nb: { words: ['SANN', 'USANN'], day: (year, month, day) => `${day}.${month}.${year}` },
    fi: { words: ['TOSI', 'EPÄTOSI'], day: (year, month, day) => `${Number(day)}.${Number(month)}.${year}` },
    de: { words: ['WAHR', 'FALSCH'], day: (year, month, day) => `${day}.${month}.${year}` },
    fr: { words: ['VRAI', 'FAUX'], day: (year, month, day) => `${day}/${month}/${year}` },
    es: { words: ['VERDADERO', 'FALSO'], day: (year, month, day) => `${day}/${month}/${year}` },
    it: { words: ['VERO', 'FALSO'], day: (year, month, day) => `${day}/${month}/${year}` },
    nl: { words: ['WAAR', 'ONWAAR'], day: (year, month, day) => `${Number(day)}-${Number(month)}-${year}` },
    pl: { words: ['PRAWDA', 'FAŁSZ'], day: (year, month, day) => `${day}.${month}.${year}` },
    pt: { words: ['VERDADEIRO', 'FALSO'], day: (year, month, day) => `${day}/${month}/${year}` },
  };

const savedAgain = (language: string): string => {
  const { words, day } = LOCALES[language]!;
  return ACME.replaceAll('TRUE', words[0])
    .replaceAll('FALSE', words[1])
    .replace(/(\d{4})-(\d\d)-(\d\d)/g, (_, year, month, date) => day(year, month, date))
    .replaceAll('40000.5', language === 'en' ? '40000.5' : '40000,5')
    .replaceAll(';', language === 'en' ? ',' : ';');
};

const RESAVED = Object.fromEntries(
  Object.keys(LOCALES).map((language): [string, Situation] => [
    `our template saved again by the Excel of the language ${language}`,
    {
      csv: `\ufeff${savedAgain(language)}`,
      outcome: 'completed',
      counts: { read: 5, unchanged: 5, membershipsChanged: 0 },
      finds: language === 'en' ? [[null, 'DELIMITER_DETECTED']] : [],
    },
  ]),
);

/** A file with refused rows: no user is missing, and the valid rows are applied. */
const LOST: Record<string, Situation> = {
  'values that are refused, with the delete option': {
    csv: [
      'Email;External Id;Salary;Date of Birth;Language',
      'bob@acme.test;E2;1200²;;',
      'cat@acme.test;E3;;1990-02-27T23:00:00Z;',
      'dan@acme.test;E4;Mai 50;;',
      'eve@acme.test;;;;Suomi',
      '',
    ].join('\n'),
    options: { deleteMissingUsers: true },
    atGate: async (_acme, { deletion }) => {
      expect(deletion?.count).toBe(1);
    },
    outcome: 'completed_with_errors',
    counts: { refused: 3, updated: 1, deleted: 1 },
    finds: [
      [null, 'KEPT'],
      [1, 'WORDS_READ', 'Language'],
      [2, 'NUMBER_INVALID', 'Salary'],
      [3, 'DATE_INVALID', 'Date of Birth'],
      [4, 'NUMBER_INVALID', 'Salary'],
    ],
    active: ['ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'],
    users: { 'eve@acme.test': { language: 'fi' } },
  },
};

// From bug reports about importers: false digits, words of other languages, dates and numbers of spreadsheets.
playSituations('values', {
  ...RESAVED,
  ...LOST,
  'a footnote after a number': {
    csv: 'Email;Salary\nbob@acme.test;1200²\ncat@acme.test;12000¹\ndan@acme.test;①\neve@acme.test;\n',
    outcome: 'completed_with_errors',
    counts: { refused: 3, unchanged: 1 },
    finds: [
      [2, 'NUMBER_INVALID', 'Salary'],
      [3, 'NUMBER_INVALID', 'Salary'],
      [4, 'NUMBER_INVALID', 'Salary'],
    ],
    says: { NUMBER_INVALID: ['mean 1200,', 'mean 12000,'] },
    neverSays: ['12002', '120001', 'mean 1,'],
    users: { 'bob@acme.test': PAID('50000'), 'cat@acme.test': PAID('40000.5'), 'dan@acme.test': PAID('-5') },
  },
  'digits of other kinds in numbers, dates and booleans, in UTF-16': {
    csv: Buffer.from(
      '\ufeffEmail\tSalary\tDate of Birth\tParticipate in survey\nbob@acme.test\t1½\t\t\ncat@acme.test\t\t1980-01-3¹\t\ndan@acme.test\t\t\t¹\neve@acme.test\t５０\t１９９０-01-02\t１\n',
      'utf16le',
    ),
    outcome: 'completed_with_errors',
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [2, 'NUMBER_INVALID', 'Salary'],
      [3, 'DATE_INVALID', 'Date of Birth'],
      [4, 'BOOLEAN_INVALID', 'Participate in survey'],
    ],
    neverSays: [/mean 1\b/, '1980-01-03', '1980-01-31'],
    users: { 'eve@acme.test': { participates: true, values: { Salary: '50', 'Date of Birth': '1990-01-02' } } },
  },
  'a column with a footnote proves no decimal comma': {
    csv: 'Email;Salary\nbob@acme.test;12,5²\ncat@acme.test;1,234\n',
    outcome: 'failed',
    finds: [
      [2, 'NUMBER_INVALID', 'Salary'],
      [3, 'NUMBER_AMBIGUOUS', 'Salary'],
    ],
    neverSays: ['12.52', '12,52'],
  },
  'words for TRUE and FALSE of German, Norwegian and Finnish': {
    csv: 'Email;Participate in survey\nbob@acme.test;FALSCH\ncat@acme.test;USANN\ndan@acme.test;TOSI\neve@acme.test;epätosi\n',
    outcome: 'completed',
    counts: { updated: 4 },
    finds: [],
    users: {
      'bob@acme.test': { participates: false },
      'cat@acme.test': { participates: false },
      'dan@acme.test': { participates: true },
      'eve@acme.test': { participates: false },
    },
    after: async (_acme, { file }) => {
      expect(file.reading.at(-1)).toMatchObject({ format: 'words', proof: { line: 2, value: 'FALSCH' } });
    },
  },
  'yes and no of other languages, and 1.0': {
    csv: 'Email,Participate in survey\nbob@acme.test,Não\ncat@acme.test,0.0\ndan@acme.test,TAK\neve@acme.test,"0,0"\n',
    outcome: 'completed',
    finds: [[null, 'DELIMITER_DETECTED']],
    users: {
      'bob@acme.test': { participates: false },
      'cat@acme.test': { participates: false },
      'dan@acme.test': { participates: true },
      'eve@acme.test': { participates: false },
    },
  },
  'T, F, Y, N': {
    csv: 'Email;Participate in survey\nbob@acme.test;T\ncat@acme.test;F\ndan@acme.test;Y\neve@acme.test;N\n',
    outcome: 'failed',
    finds: [2, 3, 4, 5].map((line) => [line, 'BOOLEAN_INVALID', 'Participate in survey']),
    says: { BOOLEAN_INVALID: ['TRUE or FALSE', 'yes/no', 'wahr/falsch', '1/0'] },
  },
  'languages by name and locale': {
    csv: 'Email;Language\nbob@acme.test;Svenska\ncat@acme.test;sv_SE.UTF-8\ndan@acme.test;Schwedisch\neve@acme.test;de\n;x\n',
    outcome: 'completed_with_errors',
    counts: { updated: 3, unchanged: 1, refused: 1, warnings: 1 },
    finds: [
      [1, 'WORDS_READ', 'Language'],
      [6, 'NO_IDENTITY'],
      [6, 'LANGUAGE_UNKNOWN', 'Language'],
    ],
    says: { WORDS_READ: ['"Svenska" on line 2', 'as sv', '3 cells'] },
    users: {
      'bob@acme.test': { language: 'sv' },
      'cat@acme.test': { language: 'sv' },
      'dan@acme.test': { language: 'sv' },
      'eve@acme.test': { language: 'de' },
    },
    after: async (acme, { file }) => {
      expect(file.reading.at(-1)).toMatchObject({ format: 'names', proof: { line: 2, value: 'Svenska' } });
      // The rows are unchanged now, but the finding about the column is repeated.
      const again = await acme.run('Email;Language\nbob@acme.test;Svenska\ncat@acme.test;sv_SE.UTF-8\n');
      expect((await acme.findings(again)).map(({ code, value }) => [code, value])).toEqual([['WORDS_READ', 'Svenska']]);
      expect(again.counts).toMatchObject({ unchanged: 2, warnings: 1 });
    },
  },
  'languages in other written forms than the allowed ones': {
    csv: 'Email;Language\nbob@acme.test;zh-TW\ncat@acme.test;nynorsk\ndan@acme.test;Norwegian (Nynorsk)\neve@acme.test;Norsk bokmål\n',
    outcome: 'completed_with_errors',
    finds: [
      [1, 'WORDS_READ', 'Language'],
      [2, 'LANGUAGE_UNKNOWN', 'Language'],
      [3, 'LANGUAGE_UNKNOWN', 'Language'],
      [4, 'LANGUAGE_UNKNOWN', 'Language'],
    ],
    users: { 'eve@acme.test': { language: 'nb' } },
  },
  'our 5.50 opened and saved by a German Excel': {
    csv: 'Email;Salary\nbob@acme.test;Mai 50\ncat@acme.test;05. Mai\ndan@acme.test;01.05.2026\neve@acme.test;12,5\n;May-50\n',
    outcome: 'completed_with_errors',
    finds: [
      ...[2, 3, 4].map((line): [number, string, string] => [line, 'NUMBER_INVALID', 'Salary']),
      [6, 'NO_IDENTITY'],
      [6, 'NUMBER_INVALID', 'Salary'],
    ],
    says: { NUMBER_INVALID: ['"Mai 50" looks like a date that a spreadsheet made of a number.', '"05. Mai" looks'] },
    neverSays: ['mean 50', 'mean 5', 'currency'],
    users: { 'eve@acme.test': PAID('12.5') },
  },
  'thousands, units and currencies': {
    csv: 'Email;Salary\nbob@acme.test;50k\ncat@acme.test;1.5M\ndan@acme.test;12 tkr\neve@acme.test;50 000 kr\n',
    outcome: 'failed',
    finds: [2, 3, 4, 5].map((line) => [line, 'NUMBER_INVALID', 'Salary']),
    says: { NUMBER_INVALID: ['mean 50000,'] },
    neverSays: ['mean 50,', 'mean 1.5', 'mean 12'],
  },
  '(1234) and 1234-': {
    csv: 'Email;Salary\nbob@acme.test;(1234)\ncat@acme.test;1234-\ndan@acme.test;(1,234)\neve@acme.test;1234,-\n',
    outcome: 'failed',
    finds: [2, 3, 4, 5].map((line) => [line, 'NUMBER_INVALID', 'Salary']),
    says: { NUMBER_INVALID: ['no minus sign in front', 'mean -1234,'] },
    neverSays: ['-1.234', '"1234,-" .*mean'],
  },
});
