import { applyBackdates, closeHolding, countReported, restoreAnswers } from './history.ts';
import type { NewSegment } from './read-values.ts';
import { withoutHtml } from './read-words.ts';
import { idOf, newId, whoIsNamed } from './references.ts';
import type { Row } from './row.ts';
import type { Attribute, Counts, Organization, User } from './types.ts';

type Applied = Pick<
  Counts,
  'created' | 'updated' | 'unchanged' | 'deleted' | 'restored' | 'segmentsCreated' | 'membershipsChanged' | 'backdated'
> &
  Pick<Counts, 'answersRemoved'>;

/** Applies the accepted rows and these deletions to the organization, in place. */
export function apply(next: Organization, rows: Row[], made: NewSegment[], deleted: string[]): Applied {
  const counts: Applied = {
    ...{ created: 0, updated: 0, unchanged: 0, deleted: deleted.length, restored: 0 },
    ...{ segmentsCreated: 0, membershipsChanged: 0, backdated: 0, answersRemoved: 0 },
  };
  const accepted = rows.filter(({ verdict }) => verdict === 'ok');
  createSegments(next, accepted, made, counts);
  const planned = structuredClone(next.people);
  for (const user of next.people) if (deleted.includes(user.id)) Object.assign(user, { deletedDaysAgo: 0, tokens: 0 });
  for (const person of next.people) clearReferences(next, person, deleted);

  // References are resolved before any user is created, so that lines and ids mean the same users throughout.
  const wanted = accepted.map((row) => ({ row, values: valuesOf(row, rows, next, planned) }));
  for (const { row } of wanted) if (row.person === null) next.people.push(newUser(row));
  for (const { row, values } of wanted) {
    const user = next.people.find(({ id }) => id === idOf(row))!;
    const before = JSON.stringify([user, next.history, next.answers]);
    const tookPart = user.participates;
    writeFields(user, row);
    if (user.participates && !tookPart) restoreAnswers(next, user);
    let moved = false;
    for (const [attribute, value] of Object.entries(values)) {
      // Compared with the value before the deletions: a row that clears a reference counts as a change, even if a
      // deletion has cleared it already.
      const was = planned.find(({ id }) => id === user.id)?.values[attribute]?.value ?? null;
      if (was === value) continue;
      moved = true;
      counts.membershipsChanged++;
      if ((user.values[attribute]?.value ?? null) === value) continue;
      const since = row.backdates[attribute] === undefined ? next.today : null;
      if (since !== null) {
        closeHolding(next, user, attribute, since);
        if (value !== null) user.values[attribute] = { value, since };
      }
    }
    const reported = countReported(next);
    counts.backdated += applyBackdates(next, user, row, values, tookPart);
    counts.answersRemoved += reported - countReported(next);
    const changed = moved || JSON.stringify([user, next.history, next.answers]) !== before;
    if (row.person === null) counts.created++;
    else if (row.restores || changed) counts.updated++;
    else counts.unchanged++;
    if (row.restores) counts.restored++;
  }
  return counts;
}

/** The future value of each attribute that the row sets; null clears it. */
function valuesOf(row: Row, rows: Row[], next: Organization, planned: User[]): Record<string, string | null> {
  const values: Record<string, string | null> = {};
  for (const attribute of next.attributes) {
    const { name, type } = attribute;
    const wish = row.wishes[name];
    if (!wish && row.restores && namesDeleted(row.person, attribute, planned)) values[name] = null;
    if (!wish) continue;
    if (type !== 'users' || wish.value === null) {
      values[name] = wish.value;
      continue;
    }
    const named = whoIsNamed(wish.value, rows, next, []);
    if ('id' in named) values[name] = named.id;
  }
  return values;
}

/** Whether the user's reference points at a deleted user. A restored user loses such a reference. */
export const namesDeleted = (user: User | null, { name, type }: Attribute, users: User[]): boolean =>
  type === 'users' &&
  users.some(({ id, deletedDaysAgo }) => deletedDaysAgo !== null && id === user?.values[name]?.value);

function createSegments(next: Organization, accepted: Row[], made: NewSegment[], counts: Applied): void {
  for (const { attribute: of, name } of made) {
    if (!accepted.some((row) => row.wishes[of]?.value === name)) continue;
    next.attributes.find((attribute) => attribute.name === of)?.segments.push({ name, aliases: [] });
    counts.segmentsCreated++;
  }
}

/** A user that is not deleted loses references to deleted users. Users that are deleted together keep theirs. */
function clearReferences(next: Organization, user: User, deleted: string[]): void {
  if (deleted.includes(user.id)) return;
  for (const { name, type } of next.attributes) {
    const holding = user.values[name];
    if (type === 'users' && holding && deleted.includes(holding.value)) closeHolding(next, user, name, next.today);
  }
}

const newUser = (row: Row): User => ({
  ...{ id: newId(row), email: row.email, externalId: row.externalId, firstName: '', lastName: null },
  ...{ language: 'en', participates: true, role: 'user', deletedDaysAgo: null, tokens: 0, values: {} },
});

function writeFields(user: User, row: Row): void {
  if (row.restores) user.tokens = 0;
  user.deletedDaysAgo = null;
  user.email ??= row.email;
  user.externalId ??= row.externalId;
  // The same name with HTML entities counts as equal.
  if (row.firstName !== null && withoutHtml(row.firstName) !== user.firstName) user.firstName = row.firstName;
  if (row.lastName !== undefined && withoutHtml(row.lastName ?? '') !== user.lastName) user.lastName = row.lastName;
  user.language = row.language ?? user.language;
  user.participates = row.participates ?? user.participates;
}
