import { error, warning } from './findings.ts';
import { type Row, refuse } from './row.ts';
import { sameIdentity, trim } from './text.ts';
import type { Attribute, Finding, Organization, User } from './types.ts';

/** The id of an existing user; for a new user, the identity that serves as id. */
export const idOf = (row: Row): string => row.person?.id ?? newId(row);
export const newId = (row: { email: string | null; externalId: string | null }): string =>
  row.email === null
    ? `external id ${trim(row.externalId ?? '').toLowerCase()}`
    : `email ${trim(row.email).toLowerCase()}`;

/**
 * Refuses rows with forbidden references and rows that close a cycle, until there is nothing left to refuse. Returns
 * the findings on cycles that existed before. `deletable`: the users that this mass edit deletes.
 */
export function resolveReferences(rows: Row[], organization: Organization, deletable: User[]): Finding[] {
  const named = organization.attributes.filter(({ type }) => type === 'users');
  for (;;) {
    const before = refused(rows);
    for (const row of rows) {
      if (row.verdict === 'skipped') continue;
      for (const attribute of named) refuseReference(row, attribute, rows, organization, deletable);
    }
    if (refused(rows) > before) continue; // first a row's own errors, then errors of referenced rows, then cycles
    for (const row of rows) {
      if (row.verdict !== 'ok') continue; // a refused row gets no finding because of another row
      for (const attribute of named) refuseNeed(row, attribute, rows, organization, deletable);
    }
    if (refused(rows) > before) continue;
    const circles = named
      .filter(({ hierarchy }) => hierarchy)
      .flatMap((of) => circlesOf(of, rows, organization, deletable));
    for (const { attribute, changing } of circles) {
      for (const row of changing) {
        if (!wrongAlready(row, attribute.name))
          refuse(row, 'CYCLE', attribute.name, row.wishes[attribute.name]?.given ?? null);
      }
    }
    if (refused(rows) > before) continue;
    return circles.map(({ attribute, line }) => warning(line, 'EXISTING_CYCLE', attribute.name));
  }
}

/** Refuses rows that reference no user or their own user. This is known before the missing users are. */
export function refuseUnknownNames(rows: Row[], organization: Organization): void {
  for (const row of rows.filter(({ verdict }) => verdict !== 'skipped'))
    for (const attribute of organization.attributes.filter(({ type }) => type === 'users'))
      refuseReference(row, attribute, rows, organization, []);
}

/** The user that a text references: the id, or why the reference is wrong. */
type Named = { id: string } | { wrong: string; refused?: Row };

export function whoIsNamed(text: string, rows: Row[], { people }: Organization, deletable: User[]): Named {
  const live = people.filter(({ deletedDaysAgo }) => deletedDaysAgo === null);
  for (const kind of ['externalId', 'email'] as const) {
    const user = live.find((one) => sameIdentity(one[kind], text));
    if (user && deletable.includes(user)) return { wrong: 'PERSON_DELETED' };
    if (user) return { id: user.id };
  }
  for (const kind of ['externalId', 'email'] as const) {
    const bringing = rows.filter((row) => sameIdentity(row[kind], text));
    const accepted = bringing.find(({ verdict }) => verdict === 'ok');
    if (accepted) return { id: idOf(accepted) };
    const first = bringing.find((row) => row.verdict === 'refused' && !(kind === 'externalId' && row.misspelt));
    if (first) return { wrong: 'PERSON_ROW_REFUSED', refused: first };
  }
  return { wrong: 'PERSON_NOT_FOUND' };
}

/** One error for each cell is enough. */
const wrongAlready = (row: Row, name: string): boolean =>
  row.findings.some(({ column, severity }) => column === name && severity === 'error');

const refused = (rows: Row[]): number => rows.filter(({ verdict }) => verdict === 'refused').length;

function refuseReference(
  row: Row,
  { name }: Attribute,
  rows: Row[],
  organization: Organization,
  deletable: User[],
): void {
  const wish = row.wishes[name];
  if (!wish || wish.value === null || wrongAlready(row, name)) return;
  const text = wish.value;
  const bringing = rows.find((one) => sameIdentity(text, one.externalId) || sameIdentity(text, one.email));
  if ((row.person === null || row.restores) && bringing === row) return void leaveOutSelf(row, name);
  const found = whoIsNamed(text, rows, organization, deletable);
  const id = 'id' in found ? found.id : found.refused?.person?.id;
  if (id === idOf(row)) leaveOutSelf(row, name);
  else if ('wrong' in found && !found.refused) refuse(row, found.wrong, name, wish.given);
}

/** A reference to the row's own user: the cell and its backdate are ignored. */
function leaveOutSelf(row: Row, name: string): void {
  row.findings.push(error(row.line, 'PERSON_IS_SELF', name, row.wishes[name]?.given ?? null));
  delete row.wishes[name];
  delete row.backdates[name];
}

/** Refuses a row that references a user whose own row is refused. */
function refuseNeed(row: Row, { name }: Attribute, rows: Row[], organization: Organization, deletable: User[]): void {
  const wish = row.wishes[name];
  if (!wish || wish.value === null) return;
  const found = whoIsNamed(wish.value, rows, organization, deletable);
  if ('wrong' in found && found.refused)
    refuse(row, 'PERSON_ROW_REFUSED', name, wish.given, { otherLine: found.refused.line });
}

/** The final hierarchy edges, and the rows that change them. */
type Edge = { from: string; to: string; changedBy: Row | null };
type Circle = { attribute: Attribute; changing: Row[]; line: number | null };

function circlesOf(attribute: Attribute, rows: Row[], organization: Organization, deletable: User[]): Circle[] {
  const edges = edgesOf(attribute, rows, organization, deletable);
  const circles: Circle[] = [];
  const walked: string[] = [];
  for (const { from: start } of edges) {
    const path: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !walked.includes(at)) {
      walked.push(at);
      path.push(at);
      at = edges.find(({ from }) => from === at)?.to;
    }
    if (at === undefined || !path.includes(at)) continue;
    const members = path.slice(path.indexOf(at));
    const changing = edges.flatMap(({ from, changedBy }) => (members.includes(from) && changedBy ? [changedBy] : []));
    // The line of the first member with a row, starting at the first member in user order.
    const first = organization.people.find(({ id }) => members.includes(id))?.id ?? members[0]!;
    const around = [...members.slice(members.indexOf(first)), ...members.slice(0, members.indexOf(first))];
    const lines = around.flatMap((id) => rows.filter((row) => row.verdict !== 'skipped' && idOf(row) === id));
    circles.push({ attribute, changing, line: lines[0]?.line ?? null });
  }
  return circles;
}

function edgesOf({ name }: Attribute, rows: Row[], organization: Organization, deletable: User[]): Edge[] {
  const edges: Edge[] = [];
  const accepted = rows.filter(({ verdict }) => verdict === 'ok');
  const gone = (id: string) =>
    organization.people.some(
      (user) =>
        user.id === id &&
        (deletable.includes(user) || (user.deletedDaysAgo !== null && !accepted.some((row) => row.person === user))),
    );
  for (const person of organization.people) {
    if (gone(person.id)) continue;
    const row = accepted.find((one) => one.person === person);
    const now = person.values[name]?.value;
    const wish = row?.wishes[name];
    if (!row || !wish) {
      if (now !== undefined && !gone(now)) edges.push({ from: person.id, to: now, changedBy: null });
      continue;
    }
    if (wish.value === null) continue;
    const to = whoIsNamed(wish.value, rows, organization, deletable);
    if ('id' in to) edges.push({ from: person.id, to: to.id, changedBy: to.id === now ? null : row });
  }
  for (const row of accepted) {
    const wish = row.wishes[name];
    if (row.person !== null || !wish || wish.value === null) continue;
    const to = whoIsNamed(wish.value, rows, organization, deletable);
    if ('id' in to) edges.push({ from: newId(row), to: to.id, changedBy: row });
  }
  return edges;
}
