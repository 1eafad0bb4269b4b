import { error, warning } from './findings.ts';
import type { Row } from './row.ts';
import { nameKey, sameIdentity } from './text.ts';
import type { Finding, Options, Organization, Person } from './types.ts';

export type Missing = { deletable: Person[]; kept: Person[]; findings: Finding[] };

/** The users that are not in the file. A user with a row is never missing, even if the row is refused. */
export function missingOf(rows: Row[], { people, uploader }: Organization, options: Options): Missing {
  const none: Missing = { deletable: [], kept: [], findings: [] };
  if (!options.deleteMissingUsers) return none;
  const live = people.filter(({ deletedDaysAgo }) => deletedDaysAgo === null);
  if (!rows.some(({ person }) => person !== null && live.includes(person)))
    return { ...none, findings: [error(null, 'DELETE_WITHOUT_MATCH')] };
  const unknown = rows.find((row) => row.verdict === 'refused' && isUnknown(row, live));
  if (unknown) return { ...none, findings: [warning(null, 'DELETION_OFF', null, null, { line: unknown.line })] };

  const missing = live.filter((person) => !rows.some((row) => names(row, person)));
  const kept = missing.filter(({ id, role }) => id === uploader || role === 'admin');
  return {
    deletable: missing.filter((person) => !kept.includes(person)),
    kept,
    findings: kept.map((person) =>
      warning(null, 'KEPT', null, null, {
        person: person.email ?? person.externalId ?? '',
        reason: person.id === uploader ? 'uploader' : 'admin',
      }),
    ),
  };
}

/** Whether the user of a refused row is unknown, or the row may hold other rows. */
const isUnknown = (row: Row, live: Person[]): boolean =>
  row.mayHideRows ||
  (row.email === null && row.externalId === null) ||
  (row.unread && row.person === null && !live.some((person) => names(row, person)));

/** New users with the first and last name of a missing user. */
export function namesakes(rows: Row[], deletable: Person[]): Finding[] {
  const named = (person: { firstName: string | null; lastName?: string | null }) =>
    person.firstName && person.lastName ? nameKey(`${person.firstName}\n${person.lastName}`) : null;
  const isNew = rows.filter(({ verdict, person }) => verdict === 'ok' && person === null);
  return isNew
    .filter((row) => named(row) !== null && deletable.some((person) => named(person) === named(row)))
    .map(({ line }) => warning(line, 'NAME_OF_MISSING'));
}

const names = (row: Row, person: Person): boolean =>
  sameIdentity(row.email, person.email) ||
  sameIdentity(row.externalId, person.externalId) ||
  row.person === person ||
  row.meant.includes(person) ||
  row.otherIdentities.some((name) => sameIdentity(name, person.email) || sameIdentity(name, person.externalId));
