import { error, warning } from './findings.ts';
import { lacks, questionAt, wholeOf } from './lost-letters.ts';
import type { ReadFile } from './read-file.ts';
import { matchRespelled, refuseIdentities } from './respelled.ts';
import { type Row, refuse } from './row.ts';
import { nameKey, sameIdentity } from './text.ts';
import type { Organization, User } from './types.ts';

/** For how many days a deleted user can be restored. */
const RESTORABLE_DAYS = 30;

/** Matches each row to a user and refuses rows that match wrongly. Refused rows are matched too. */
export function matchRows(rows: Row[], { people }: Organization, { columns }: ReadFile): void {
  for (const row of rows) if (row.verdict !== 'skipped') matchRow(row, people);
  matchRespelled(rows, people, isRestorable);
  for (const row of rows) row.meant.push(...meantBy(row, people));
  for (const row of rows) {
    if (row.verdict === 'skipped' || row.conflictsWith) continue;
    const misspelt = refuseIdentities(row, rows);
    if (row.person) sayOfDeleted(row, row.person, people);
    if (misspelt || row.meant.length > 0) continue;
    if (row.person !== null || (row.email === null && row.externalId === null)) continue;
    const said = row.findings.some(({ column, severity }) => column === 'First name' && severity === 'error');
    if (row.firstName === null && !said) refuse(row, 'REQUIRED_MISSING', 'First name', null);
    for (const { header, of } of columns) {
      if (of === null || row.backdates[of] === undefined) continue;
      row.findings.push(error(row.line, 'BACKDATE_NEW_USER', header, row.backdates[of]));
      delete row.backdates[of];
    }
  }
  for (const row of rows) if (row.verdict !== 'skipped') lookAtLetters(row, people);
  refuseDuplicates(rows);
  for (const row of rows) refuseInner(row, people);
}

/** Refuses a row if lines inside a cell name users: these lines are rows. */
function refuseInner(row: Row, users: User[]): void {
  if (row.inner === null) return;
  const { column, value, names } = row.inner;
  const lines = names.flatMap(({ text, line }) =>
    users.some(
      ({ deletedDaysAgo, email, externalId }) =>
        deletedDaysAgo === null && (sameIdentity(text, email) || sameIdentity(text, externalId)),
    )
      ? [line]
      : [],
  );
  if (lines.length === 0) return;
  refuse(row, 'ROWS_IN_CELL', column, value, { firstLine: Math.min(...lines), lastLine: Math.max(...lines) });
}

/**
 * Reports a deleted user that would be restored with another name, or an active user that takes the identity of a
 * deleted one.
 */
function sayOfDeleted(row: Row, user: User, users: User[]): void {
  const { firstName, lastName } = row;
  const stored = [nameKey(user.firstName), nameKey(user.lastName ?? '')];
  if (user.deletedDaysAgo !== null) {
    const isOther = (name: string) => !stored.includes(nameKey(name));
    if (firstName !== null && lastName && isOther(firstName) && isOther(lastName))
      refuse(row, 'RESTORE_NAME_DIFFERS', 'First name', firstName);
    return;
  }
  for (const [kind, header] of [
    ['email', 'Email'],
    ['externalId', 'External Id'],
  ] as const) {
    const text = row[kind];
    if (user[kind] !== null || text === null) continue;
    if (users.some((other) => isRestorable(other) && sameIdentity(other[kind], text)))
      row.findings.push(warning(row.line, 'TAKES_DELETED_ID', header, text));
  }
}

const isRestorable = ({ deletedDaysAgo }: User): boolean =>
  deletedDaysAgo !== null && deletedDaysAgo <= RESTORABLE_DAYS;

/**
 * The users that have the complete form of an identity with lost letters. If the row's own user has exactly this
 * identity, there are none.
 */
function meantBy(row: Row, users: User[]): User[] {
  return (['email', 'externalId'] as const).flatMap((kind) => {
    const text = row[kind];
    if (text === null || sameIdentity(text, row.person?.[kind] ?? null)) return [];
    return wholeOf(users, kind, text);
  });
}

/** Question marks in names and identities: an error if a user has a letter there, else a warning. */
function lookAtLetters(row: Row, users: User[]): void {
  const fields = { Email: 'email', 'External Id': 'externalId', 'First name': 'firstName', 'Last name': 'lastName' };
  for (const { header, given, lossy } of row.doubtful) {
    const field = fields[header as keyof typeof fields] as
      | 'email'
      | 'externalId'
      | 'firstName'
      | 'lastName'
      | undefined;
    const text = field && row[field];
    if (!text) continue;
    const isIdentity = field === 'email' || field === 'externalId';
    const stored = row.person?.[field] ?? null;
    if (isIdentity ? stored !== null : stored === text) continue;
    const others = isIdentity ? wholeOf(users, field, text) : [];
    if (others.length === 0 && !(stored && lacks(text, stored))) {
      if (questionAt(text) === 'nowhere') continue;
      if (row.person === null || !lossy) {
        row.findings.push(warning(row.line, 'LETTER_LOST', header, given));
        continue;
      }
    }
    refuse(row, 'LETTER_LOST', header, given);
  }
}

/** The user of an identity: an active user, or else one that can be restored. */
const withIdentity = (users: User[], kind: 'email' | 'externalId', text: string | null): User | null =>
  users.find((user) => user.deletedDaysAgo === null && sameIdentity(user[kind], text)) ??
  users.find((user) => isRestorable(user) && sameIdentity(user[kind], text)) ??
  null;

function matchRow(row: Row, users: User[]): void {
  const byExternalId = withIdentity(users, 'externalId', row.externalId);
  const byEmail = withIdentity(users, 'email', row.email);
  const isThere = (user: User | null): boolean => user !== null && user.deletedDaysAgo === null;
  if (byExternalId && byEmail && byExternalId !== byEmail && isThere(byExternalId) && isThere(byEmail)) {
    row.person = byExternalId;
    row.conflictsWith = byEmail;
    refuse(row, 'IDENTITY_CONFLICT', 'External Id', row.externalId);
    return;
  }
  const person = isThere(byEmail) && !isThere(byExternalId) ? byEmail : (byExternalId ?? byEmail);
  row.person = person;
  if (person === null) return;
  row.restores = person.deletedDaysAgo !== null;
}

/** Two rows about one user: an identical row is skipped, and different rows are refused. */
function refuseDuplicates(rows: Row[]): void {
  const seen: Row[] = [];
  for (const row of rows) {
    if (seen.includes(row) || row.verdict === 'skipped') continue;
    const group = [row];
    // A row that shares an identity or user with a row of the group joins the group, until no row is left to join.
    for (const member of group)
      for (const other of rows) if (!group.includes(other) && sharesUser(member, other)) group.push(other);
    seen.push(...group);
    group.sort((one, other) => one.line - other.line);
    const firsts = group.filter((one) => group.find(({ says }) => says === one.says) === one);
    for (const one of group) {
      const first = firsts.find(({ says }) => says === one.says)!;
      if (one === first) continue;
      // All other findings stand at the first row.
      one.findings = [warning(one.line, 'DUPLICATE_IDENTICAL', ...shownBy(one, group), { otherLine: first.line })];
      one.verdict = 'skipped';
    }
    if (firsts.length === 1) continue;
    for (const one of firsts)
      refuse(one, 'DUPLICATE_ROW', ...shownBy(one, group), { otherLine: contradictionsOf(one, group)[0]!.line });
  }
}

/** Why two rows are about one user. */
const TIES = {
  email: (one: Row, other: Row) => sameIdentity(one.email, other.email),
  externalId: (one: Row, other: Row) => sameIdentity(one.externalId, other.externalId),
  person: (one: Row, other: Row) => one.person !== null && one.person === other.person,
};

/** For each tie with other rows, the first line with other contents. The earliest such line comes first. */
function contradictionsOf(one: Row, group: Row[]): { tie: string; line: number }[] {
  const found = Object.entries(TIES).flatMap(([tie, ties]) => {
    const tied = group.filter((other) => other === one || ties(one, other));
    if (tied.length === 1) return [];
    return [{ tie, line: tied.find(({ says }) => says !== one.says)?.line ?? Number.POSITIVE_INFINITY }];
  });
  return found.sort((first, second) => first.line - second.line || 0);
}

/** The identity that the finding shows: the one that the row shares with the other row. */
function shownBy(one: Row, group: Row[]): [string, string | null] {
  const byId = contradictionsOf(one, group)[0]?.tie === 'externalId' || one.email === null;
  return byId ? ['External Id', one.externalId] : ['Email', one.email];
}

function sharesUser(one: Row, other: Row): boolean {
  if (other.verdict === 'skipped') return false;
  return Object.values(TIES).some((ties) => ties(one, other));
}
