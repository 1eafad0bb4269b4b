import { describe, expect, it } from 'vitest';
import { BUILT_IN_HEADERS, backdateHeader, USER_FIELDS } from '../../rules/columns/built-in-columns.ts';
import { type AttributeHeader, type AttributeType, matchHeaders } from '../../rules/columns/headers.ts';
import { fingerprintOf } from '../../rules/rows/fingerprint.ts';
import { rowShape } from '../../rules/rows/inner-rows.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { RowContext } from '../../rules/rows/parsed-row.ts';
import { respellings } from '../../rules/values/respellings.ts';
import { textFunctionsIn } from '../support/exported-rules.ts';
import { LONGEST_TEXT, slowTexts } from '../support/linear-time.ts';
import { LANGUAGES } from '../support/worker.ts';

/** Each rule checks thousands of texts, on a machine that has other work too. */
const A_RULE_MS = 300_000;

const TYPES = Object.keys({ choices: 1, dates: 1, numbers: 1, users: 1 } satisfies Record<AttributeType, 1>);
const ATTRIBUTES = TYPES.map((type, index): AttributeHeader => {
  return { id: index + 1, name: `The ${type}`, type: type as AttributeType };
});
const VALUES = [...USER_FIELDS.map((field) => BUILT_IN_HEADERS[field]), ...ATTRIBUTES.map(({ name }) => name)];
const DATED = [BUILT_IN_HEADERS.participates, ...ATTRIBUTES.map(({ name }) => name)];

describe('no cell takes longer than linear time:', () => {
  it.each([...VALUES, ...DATED.map(backdateHeader)])('%s', { timeout: A_RULE_MS }, (header) => {
    const value = DATED.find((dated) => backdateHeader(dated) === header);
    const headers = [...new Set([BUILT_IN_HEADERS.email, ...(value ? [value] : []), header])];
    const { columns } = matchHeaders(headers, ATTRIBUTES);
    if (!columns) throw new Error('These headers can be read');
    const rule = (text: string): void => {
      const cells = headers.map((one) => (one === header ? text : 'ann@example.com'));
      fingerprintOf(parseRow({ line: 2, cells, strayQuotes: [] }, columns, context()));
    };
    expect(slowTexts(rule)).toEqual([]);
  });
});

it('no header takes longer than linear time', { timeout: A_RULE_MS }, () => {
  expect(slowTexts((text) => matchHeaders([BUILT_IN_HEADERS.email, text], ATTRIBUTES))).toEqual([]);
});

describe('no function takes longer than linear time for a text:', async () => {
  const more = {
    addressesIn: [() => true],
    canonical: ['1', '5'],
    cellTooLong: [{ maxCellCharacters: LONGEST_TEXT }],
    checkBackdate: [{ oldest: '2026-01-01', latest: '2026-03-01' }, undefined, 'Europe/Stockholm'],
    checkLanguage: [LANGUAGES],
    compareDecimals: ['1000.5'],
    dayInZone: [{ date: '', isMidnight: false, time: '12:00:00', zone: 'Z' }, 'Europe/Stockholm'],
    splitCells: [';'],
    forbidden: [0],
    findRowsInCell: [2, rowShape(['Email', 'External Id', 'First name'], ';', ';;')],
    isInOtherWords: ['sv'],
    isLongerThan: [100],
    isWithoutZeros: ['0042'],
    lacksLetters: ['Müller'],
    normalized: ['NFKC'],
    rowsInHeader: [['Email', 'x'], 1, ';'],
    quoted: ['nothing'],
    titleOf: ['en'],
    tooLong: ['name', { maxCellCharacters: LONGEST_TEXT }],
    wholeYears: ['2026-01-01'],
  };
  it.each(await textFunctionsIn('rules', more))('$name', { timeout: A_RULE_MS }, ({ call }) => {
    expect(slowTexts(call)).toEqual([]);
  });
});

it.each(['email', 'externalId'] as const)(
  'no %s takes longer than linear time to be respelled',
  { timeout: A_RULE_MS },
  (kind) => {
    expect(slowTexts((text) => respellings(kind, text))).toEqual([]);
  },
);

const context = (): RowContext => {
  const range = { segmentId: 1, lowerNumber: '1.5', upperNumber: null, lowerDay: null, upperDay: null };
  return {
    resetEmptyFields: false,
    languages: LANGUAGES,
    today: '2026-01-01',
    timeZone: 'Europe/Stockholm',
    limits: { maxCellCharacters: LONGEST_TEXT },
    segments: { find: () => undefined, add: () => 1 },
    ranges: new Map(ATTRIBUTES.map(({ id }) => [id, [range]])),
    formats: [],
  };
};
