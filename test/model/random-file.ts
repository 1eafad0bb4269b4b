import type { Random } from './random.ts';
import { backdateCell, badCell, newCell, presentCell, respelled, type Style } from './random-cells.ts';
import { FIELDS, PARTICIPATE } from './read-headers.ts';
import { newId } from './references.ts';
import type { Attribute, Decision, Options, Organization, User } from './types.ts';
import { hostileText, writeText } from './write-file.ts';

export type RandomFile = { kind: string; bytes: Uint8Array; options: Options; decision: Decision };
/** The probability of a change, for a cell or row. */
type Rates = {
  edit: number;
  empty: number;
  clear: number;
  bad: number;
  backdate: number;
  twin: number;
  someNew: number;
  misnamed: number;
  /** For a column: another system has its own name for each segment. */
  translated: number;
};

const KINDS: Record<string, Rates> = {
  template: {
    edit: 0.02,
    empty: 0,
    clear: 0,
    bad: 0,
    backdate: 0.01,
    twin: 0,
    someNew: 0.1,
    misnamed: 0,
    translated: 0,
  },
  edits: {
    edit: 0.25,
    empty: 0.1,
    clear: 0.03,
    bad: 0,
    backdate: 0.25,
    twin: 0.03,
    someNew: 0.35,
    misnamed: 0.02,
    translated: 0.05,
  },
  broken: {
    edit: 0.3,
    empty: 0.1,
    clear: 0.05,
    bad: 0.06,
    backdate: 0.4,
    twin: 0.15,
    someNew: 0.45,
    misnamed: 0.15,
    translated: 0.05,
  },
  participation: {
    edit: 0.6,
    empty: 0,
    clear: 0,
    bad: 0,
    backdate: 0.7,
    twin: 0,
    someNew: 0.1,
    misnamed: 0,
    translated: 0,
  },
};

const KINDS_DRAWN = 'template edits edits edits participation broken broken broken hostile'.split(' ');

/** A file about this organization: mostly a realistic one, sometimes a hostile one. */
export function randomFile(random: Random, organization: Organization): RandomFile {
  const kind = random.one(KINDS_DRAWN);
  const options: Options = {
    resetEmptyFields: random.chance(0.3),
    deleteMissingUsers: random.chance(0.4),
    review: random.chance(0.25) ? 'always' : 'deletions',
  };
  const decision = random.one<Decision>(['approve', 'approve', 'approve', 'skip_deletions', 'cancel']);
  const columns = randomColumns(random, organization, kind);
  const rows = randomRows(random, organization, columns, KINDS[kind] ?? KINDS.broken!, kind);
  const table = [columns.map(({ header }) => header), ...rows];
  const bytes = writeText(
    random,
    kind === 'hostile' ? hostileText(random, table) : { table, plain: kind === 'template' },
  );
  return { kind, bytes, options, decision };
}

type RandomColumn = { header: string; attribute: Attribute | null; of: string | null; style: Style };

function randomColumns(random: Random, { attributes }: Organization, kind: string): RandomColumn[] {
  const all = kind === 'template';
  const backdating = random.chance(0.6);
  const columns: RandomColumn[] = [];
  const add = (header: string, attribute: Attribute | null, of: string | null) => {
    const style = all
      ? 'plain'
      : random.one<Style>(['plain', 'plain', 'plain', 'day first', 'month first', 'ambiguous', 'mixed']);
    columns.push({ header, attribute, of, style });
  };
  const identities = random.one([
    ['Email'],
    ['External Id', 'Email'],
    ['Email', 'External Id'],
    ['External Id', 'Email'],
  ]);
  for (const header of identities) add(header, null, null);
  if (kind === 'participation') {
    const [attribute] = attributes;
    const valued = attribute && random.chance(0.5) ? [attribute.name] : [];
    for (const header of [PARTICIPATE, ...valued]) {
      columns.push({
        header,
        attribute: header === PARTICIPATE ? null : (attribute ?? null),
        of: null,
        style: 'plain',
      });
      columns.push({ header: `${header} backdate`, attribute: null, of: header, style: 'plain' });
    }
    return columns;
  }
  for (const header of FIELDS.slice(2)) if (all || random.chance(0.6)) add(header, null, null);
  for (const attribute of attributes) if (all || random.chance(0.7)) add(attribute.name, attribute, null);
  if (backdating)
    for (const { header, attribute } of [...columns])
      if ((attribute || header === PARTICIPATE) && (all || random.chance(0.7))) add(`${header} backdate`, null, header);
  if (!all && random.chance(0.15)) add('Departmnet', null, null);
  if (!all && random.chance(0.1)) add('', null, null);
  if (!all && random.chance(0.1)) add('_message', null, null);
  return all || random.chance(0.5) ? columns : random.shuffled(columns);
}

function randomRows(
  random: Random,
  organization: Organization,
  columns: RandomColumn[],
  rates: Rates,
  kind: string,
): string[][] {
  const { people } = organization;
  const inFile = people.filter(({ deletedDaysAgo: days }) =>
    days === null ? kind === 'template' || random.chance(0.7) : random.chance(0.15) && kind !== 'template',
  );
  const subjects = inFile.map((user) => ({ person: user, isNew: false }));
  while (random.chance(rates.someNew))
    subjects.push({ person: newcomer(random, subjects.length, people), isNew: true });
  const named = [...people, ...subjects.map(({ person }) => person)]
    .filter(({ deletedDaysAgo }) => deletedDaysAgo === null || random.chance(0.2))
    .map(({ email, externalId }) => random.one([email, externalId]) ?? email ?? externalId ?? '');
  if (rates.misnamed > 0 && random.chance(rates.misnamed)) named.push('ghost@example.com');

  const rows: string[][] = [];
  for (const { person, isNew } of kind === 'template' ? subjects : random.shuffled(subjects)) {
    const row = columns.map((column) => randomCell(random, organization, person, isNew, column, rates, named));
    if (random.chance(rates.misnamed)) misname(random, columns, row, organization);
    rows.push(row);
    if (!random.chance(rates.twin)) continue;
    const twin = [...row];
    const different = columns.findIndex(({ header }) => header === 'First name' || header === 'Last name');
    if (random.chance(0.5) && different >= 0) twin[different] = 'Other';
    rows.push(twin);
  }
  for (const [index, { attribute }] of columns.entries())
    if (attribute?.type === 'choices' && random.chance(people.length < 30 ? rates.translated : 0.5))
      translate(rows, index);
  if (random.chance(rates.misnamed / 2))
    rows.push(
      columns.map(({ header }) =>
        header === 'Email' ? 'example.person@example.com' : header === 'External Id' ? 'EXAMPLE-ROW' : '',
      ),
    );
  return rows;
}

function translate(rows: string[][], index: number): void {
  for (const row of rows) {
    const cell = row[index]?.trim() ?? '';
    if (cell !== '' && cell !== '#CLEAR') row[index] = `Neu ${cell}`;
  }
}

function randomCell(
  random: Random,
  organization: Organization,
  user: User,
  isNew: boolean,
  { header, attribute, of, style }: RandomColumn,
  rates: Rates,
  named: string[],
): string {
  if (of !== null) return random.chance(rates.backdate) ? backdateCell(random, organization.today, style) : '';
  if (!attribute && !FIELDS.includes(header)) return random.one(['', 'x']);
  if (random.chance(rates.bad)) return badCell(random, header, attribute);
  const identity = header === 'Email' || header === 'External Id';
  if (identity) {
    const own = presentCell(organization, user, header);
    if (random.chance(rates.misnamed / 3)) return respelled(random, own);
    if (random.chance(rates.bad)) return withoutLetters(own);
    return random.chance(0.1) ? ` ${own.toUpperCase()} ` : own;
  }
  if (random.chance(rates.empty)) return '';
  if (random.chance(rates.clear)) return '#CLEAR';
  // A user with the name of another user, or a restored user with another name.
  const isName = header === 'First name' || header === 'Last name';
  if (isName && isNew && user.lastName !== null) return presentCell(organization, user, header);
  if (isName && user.deletedDaysAgo !== null && random.chance(0.5)) return 'Nadia';
  const edited = isNew ? attribute === null || random.chance(0.5) : random.chance(rates.edit);
  if (edited) return newCell(random, header, attribute, style, named, organization.today);
  const present = presentCell(organization, user, header);
  return random.chance(rates.bad) ? withoutLetters(present) : present;
}

/** The text as a program leaves it if the encoding has none of its letters. */
const withoutLetters = (text: string): string => text.replace(/[^\0-\x7f]/g, '?');

/**
 * A user that does not exist yet. Sometimes with the digits of an existing external id whose zeros a spreadsheet
 * removed.
 */
function newcomer(random: Random, number: number, users: User[]): User {
  const email = random.chance(0.7) ? `new${number}@example.com` : null;
  const digits = users.flatMap((user) => (user.externalId?.startsWith('00') ? [user.externalId.slice(2)] : []));
  const externalId = email === null || random.chance(0.3) ? random.one([`N-${number}`, ...digits.slice(0, 1)]) : null;
  const id = newId({ email, externalId });
  const namesake = random.chance(0.3) ? random.one(users) : null;
  const named = { firstName: namesake?.firstName ?? 'New', lastName: namesake?.lastName ?? null };
  return {
    ...{ id, email, externalId, ...named, language: 'en', participates: true },
    ...{ role: 'user', deletedDaysAgo: null, tokens: 0, values: {} },
  };
}

/** Gives a row an identity that is not, or not only, its own. */
function misname(random: Random, columns: RandomColumn[], row: string[], { people }: Organization): void {
  const header = random.one(['Email', 'External Id']);
  const index = columns.findIndex((column) => column.header === header);
  if (index < 0) return;
  const other = random.one(people);
  row[index] =
    random.one([
      header === 'Email' ? other.email : other.externalId,
      header === 'Email' ? 'changed@example.com' : 'CH-1',
      '',
    ]) ?? '';
}
