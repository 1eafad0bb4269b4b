import { error, warning } from './findings.ts';
import type { Row } from './row.ts';
import { nameKey, sameIdentity } from './text.ts';
import type { Finding, Options, Organization, User } from './types.ts';

export type Missing = { deletable: User[]; kept: User[]; findings: Finding[] };

/** The users that are not in the file. A user with a row is never missing, even if the row is refused. */
export function missingOf(rows: Row[], { people, uploader }: Organization, options: Options): Missing {
  const none: Missing = { deletable: [], kept: [], findings: [] };
  if (!options.deleteMissingUsers) return none;
  const live = people.filter(({ deletedDaysAgo }) => deletedDaysAgo === null);
  if (!rows.some(({ person }) => person !== null && live.includes(person)))
    return { ...none, findings: [error(null, 'DELETE_WITHOUT_MATCH')] };
  const unknown = rows.find((row) => row.verdict === 'refused' && isUnknown(row, live));
  if (unknown) return { ...none, findings: [warning(null, 'DELETION_OFF', null, null, { line: unknown.line })] };

  const missing = live.filter((user) => !rows.some((row) => names(row, user)));
  const kept = missing.filter(({ id, role }) => id === uploader || role === 'admin');
  return {
    deletable: missing.filter((user) => !kept.includes(user)),
    kept,
    findings: kept.map((user) =>
      warning(null, 'KEPT', null, null, {
        person: user.email ?? user.externalId ?? '',
        reason: user.id === uploader ? 'uploader' : 'admin',
      }),
    ),
  };
}

/** Whether the user of a refused row is unknown, or the row may hold other rows. */
const isUnknown = (row: Row, live: User[]): boolean =>
  row.mayHideRows ||
  (row.email === null && row.externalId === null) ||
  (row.unread && row.person === null && !live.some((user) => names(row, user)));

/** New users with the first and last name of a missing user. */
export function namesakes(rows: Row[], deletable: User[]): Finding[] {
  const named = (user: { firstName: string | null; lastName?: string | null }) =>
    user.firstName && user.lastName ? nameKey(`${user.firstName}\n${user.lastName}`) : null;
  const isNew = rows.filter(({ verdict, person }) => verdict === 'ok' && person === null);
  return isNew
    .filter((row) => named(row) !== null && deletable.some((user) => named(user) === named(row)))
    .map(({ line }) => warning(line, 'NAME_OF_MISSING'));
}

const names = (row: Row, user: User): boolean =>
  sameIdentity(row.email, user.email) ||
  sameIdentity(row.externalId, user.externalId) ||
  row.person === user ||
  row.meant.includes(user) ||
  row.otherIdentities.some((name) => sameIdentity(name, user.email) || sameIdentity(name, user.externalId));
