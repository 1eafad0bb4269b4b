import { lacks } from './lost-letters.ts';
import { type Row, refuse } from './row.ts';
import { before, KINDS, type Kind } from './spellings.ts';
import { sameIdentity } from './text.ts';
import type { User } from './types.ts';

const HEADERS = { email: 'Email', externalId: 'External Id' };

/** The digits that an external id of a user can have lost zeros of. */
const digitsOf = (text: string | null): string | null => /^([1-9][0-9]*)(\.0)?$/.exec(text ?? '')?.[1] ?? null;

/** Finds the users of respelled identities, after every row is matched by its given identities. */
export function matchRespelled(rows: Row[], users: User[], restorable: (user: User) => boolean): void {
  const live = users.filter(({ deletedDaysAgo }) => deletedDaysAgo === null);
  const open = rows.filter(({ verdict, restores }) => verdict !== 'skipped' && !restores);
  const owned = (kind: Kind, text: string) => live.some((user) => sameIdentity(user[kind], text));
  const present = new Set(rows.flatMap(({ person, conflictsWith }) => [person, conflictsWith]));
  for (const row of open) {
    const meant = new Set<User>();
    for (const kind of KINDS) {
      const text = row[kind];
      if (text === null || owned(kind, text)) continue;
      for (const one of before(kind, text)) {
        const has = (user: User) => sameIdentity(user[kind], one);
        const person = live.find(has) ?? users.find((other) => restorable(other) && has(other));
        if (person) meant.add(person);
      }
    }
    for (const person of meant) means(row, person, meant.size === 1 && !present.has(person));
  }
  const now = new Set(rows.flatMap(({ person, conflictsWith }) => [person, conflictsWith]));
  const zeros = live.filter(({ externalId }) => externalId?.startsWith('0'));
  for (const person of zeros) {
    const bare = person.externalId!.replace(/^0+/, '');
    if (zeros.filter(({ externalId }) => externalId!.replace(/^0+/, '') === bare).length > 1 || now.has(person))
      continue;
    for (const row of open) {
      if (digitsOf(row.externalId) === bare && !owned('externalId', row.externalId!)) means(row, person, true);
    }
  }
}

function means(row: Row, user: User, isAbout: boolean): void {
  row.misspelt = true;
  if (isAbout && row.person === null) row.person = user;
  else if (row.person !== user) row.meant.push(user);
}

/**
 * Refuses a row for respelled identities, or identities that its user does not have. Returns whether any is respelled.
 */
export function refuseIdentities(row: Row, rows: Row[]): boolean {
  let misspelt = false;
  for (const kind of KINDS) {
    const text = row[kind];
    const stored = row.person?.[kind] ?? null;
    if (text === null || sameIdentity(text, stored)) continue;
    const users = row.person ? [row.person, ...row.meant] : row.meant;
    const spellings = before(kind, text);
    const isBefore = (other: string | null) => spellings.some((one) => sameIdentity(one, other));
    const lost = users.find(({ externalId }) => kind === 'externalId' && digitsOf(text) === zerosLost(externalId));
    const code = users.some((user) => isBefore(user[kind]))
      ? 'IDENTITY_RESPELLED'
      : lost
        ? 'LEADING_ZEROS_LOST'
        : rows.some((other) => other !== row && other.verdict !== 'skipped' && isBefore(other[kind]))
          ? 'IDENTITY_RESPELLED'
          : null;
    misspelt ||= code !== null;
    const changed = kind === 'email' ? 'EMAIL_CHANGE' : 'EXTERNAL_ID_CHANGE';
    if (code) refuse(row, code, HEADERS[kind], text);
    else if (stored !== null) refuse(row, lacks(text, stored) ? 'LETTER_LOST' : changed, HEADERS[kind], text);
  }
  return misspelt;
}

/** An external id without leading zeros; undefined if it has none. */
const zerosLost = (externalId: string | null): string | undefined =>
  externalId?.startsWith('0') ? externalId.replace(/^0+/, '') : undefined;
