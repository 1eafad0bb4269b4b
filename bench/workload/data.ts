/** The file of a run: twelve columns, seven of them attributes. */
export type Scenario = 'initial' | 'reupload' | 'identical';

/** How the attributes of the benched organization are made. `Manager` is the hierarchy. */
export const ATTRIBUTES = [
  { name: 'Department', type: 'choices', hierarchy: false },
  { name: 'Team', type: 'choices', hierarchy: false },
  { name: 'Location', type: 'choices', hierarchy: false },
  { name: 'Job title', type: 'choices', hierarchy: false },
  { name: 'Employment Date', type: 'dates', hierarchy: false },
  { name: 'Salary', type: 'numbers', hierarchy: false },
  { name: 'Manager', type: 'users', hierarchy: true },
] as const;
export const COLUMNS = [
  ...['Email', 'External Id', 'First name', 'Last name', 'Language'],
  ...ATTRIBUTES.map(({ name }) => name),
];

/** About 25,000 segments in all, as a large company has; a small file has fewer. */
const SEGMENTS = { Department: 400, Team: 12_000, Location: 600, 'Job title': 12_000 };
/** The depth of a tall company. */
const LEVELS = 8;
/** Of a re-upload: one row in twenty is changed, one in a hundred is new, one in a hundred is missing. */
const ONE_IN = { changed: 20, new: 100, missing: 100 };
/** Lines a piece: some 100 KiB of text. */
const PIECE_LINES = 1_000;

/**
 * The file of a scenario in pieces of text, the same for the same arguments. The order of the people is mixed: a
 * manager's row may stand anywhere.
 *
 * @param seed moves which people are changed, new and missing
 */
export function* csvOf(rows: number, scenario: Scenario, seed: number): Generator<string> {
  let piece = `${COLUMNS.join(';')}\r\n`;
  let lines = 1;
  for (const user of usersOf(rows, scenario, seed)) {
    piece += `${lineOf(user.number, rows, user.changed ? seed : 0)}\r\n`;
    if (++lines % PIECE_LINES === 0) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** How many rows are changed, new and missing in a file of a scenario: the expected counts of the product. */
export function expectedOf(
  rows: number,
  scenario: Scenario,
  seed: number,
): { changed: number; new: number; missing: number } {
  const found = { changed: 0, new: 0, missing: 0 };
  if (scenario === 'initial') return { ...found, new: rows };
  if (scenario === 'identical') return found;
  let present = 0;
  for (const user of usersOf(rows, scenario, seed)) {
    if (user.number >= rows) found.new++;
    else present++;
    if (user.changed) found.changed++;
  }
  return { ...found, missing: rows - present };
}

type Listed = { number: number; changed: boolean };

function* usersOf(rows: number, scenario: Scenario, seed: number): Generator<Listed> {
  const more = scenario === 'reupload' ? Math.floor(rows / ONE_IN.new) : 0;
  for (let place = 0; place < rows; place++) {
    const number = shuffled(place, rows);
    if (scenario !== 'reupload') {
      yield { number, changed: false };
      continue;
    }
    const draw = mix(number, seed) % ONE_IN.missing;
    // Only people without reports may be missing, because no row may name them as manager.
    if (draw === 0 && firstBelow(number, rows) >= rows) continue;
    yield { number, changed: draw > 0 && draw <= ONE_IN.missing / ONE_IN.changed };
  }
  for (let place = 0; place < more; place++) yield { number: rows + place + (seed % 1000) * more, changed: false };
}

function lineOf(number: number, rows: number, version: number): string {
  const changes = version === 0 ? 0 : (mix(number, version) % 9_000) + 1;
  const manager = number === 0 ? '' : emailOf(managerOf(number, rows));
  return [
    emailOf(number),
    `E-${String(number).padStart(7, '0')}`,
    FIRST[number % FIRST.length],
    `${LAST[Math.floor(number / 7) % LAST.length]}${LAST[Math.floor(number / 91) % LAST.length]?.toLowerCase()}`,
    LANGUAGES[number % LANGUAGES.length],
    segmentOf('Department', number + changes, rows),
    segmentOf('Team', number, rows),
    segmentOf('Location', number, rows),
    segmentOf('Job title', number, rows),
    `${2000 + (number % 24)}-${two(1 + (number % 12))}-${two(1 + (number % 28))}`,
    String(24_000 + (number % 40_000) + changes),
    manager,
  ].join(';');
}

const emailOf = (number: number): string => `${FIRST[number % FIRST.length]?.toLowerCase()}.${number}@example.com`;

/** The width of a tree that is eight levels deep. */
const widthOf = (rows: number): number => Math.max(2, Math.ceil(rows ** (1 / LEVELS)));
const managerOf = (number: number, rows: number): number =>
  Math.floor((Math.min(number, rows - 1) - 1) / widthOf(rows));
const firstBelow = (number: number, rows: number): number => number * widthOf(rows) + 1;

function segmentOf(attribute: keyof typeof SEGMENTS, number: number, rows: number): string {
  const count = Math.max(1, Math.min(SEGMENTS[attribute], Math.floor(rows / 8)));
  const segment = mix(number, SEGMENTS[attribute]) % count;
  return `${attribute} ${WORDS[segment % WORDS.length]} ${segment}`;
}

/** Visits every position once, in a mixed order: the step shares no divisor with the number of rows. */
function shuffled(place: number, rows: number): number {
  let step = Math.floor(rows * 0.618) | 1;
  while (divisor(step, rows) !== 1) step += 2;
  return (place * step) % rows;
}
const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));

/** A pseudo-random whole number: the finalizer of MurmurHash3 (public domain, Austin Appleby). */
function mix(number: number, seed: number): number {
  let h = Math.imul(number ^ Math.imul(seed, 0x9e37_79b1), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const two = (number: number): string => String(number).padStart(2, '0');
/** The languages in the file. All are among the product's default languages; the limit accepts no others. */
export const LANGUAGES = ['en', 'sv', 'da', 'nb', 'fi', 'de'];
const FIRST = [
  'Anna',
  'Erik',
  'Maria',
  'Lars',
  'Karin',
  'Johan',
  'Eva',
  'Anders',
  'Sara',
  'Per',
  'Lena',
  'Mikael',
  'Emma',
];
const LAST = ['Berg', 'Lind', 'Holm', 'Ek', 'Dahl', 'Strand', 'Norr', 'Sund', 'Kvist', 'Ny', 'Ström', 'Hög', 'Wik'];
const WORDS = ['North', 'South', 'East', 'West', 'Central', 'Coastal', 'Upper', 'Lower', 'Inner', 'Outer'];
