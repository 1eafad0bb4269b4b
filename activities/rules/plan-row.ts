import {
  changedFields,
  changesAnything,
  changesAsJson,
  type FieldChanges,
  type FoundPerson,
  fieldsBefore,
  isEmpty,
  isNamedIn,
  noteChange,
  type StoredValue,
  type ValueChanges,
  valuesBefore,
} from './compare-row.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { Column } from './headers.ts';
import type { RowDraft } from './row-draft.ts';
import { problemsOf, refusesRow, rowsInCell, withoutSelf } from './row-problems.ts';

export type Action = 'create' | 'update' | 'unchanged' | 'refused' | 'skipped';

/** Whom a row is about. */
export type RowMatch = {
  /** Of somebody new: the id that is kept for them. */
  userId: number;
  /** Null: somebody new. */
  person: FoundPerson | null;
  /** Whom the email finds, where that is another one than whom the external id finds. */
  alsoFinds: number | null;
  /** What the row's identities are compared by. */
  emailKey: string | null;
  externalIdKey: string | null;
};

/** Somebody whom a row names, in an attribute that points at people. */
export type NamedPerson = {
  id: number;
  /** See `users.names_version`; of somebody new it is 1. */
  namesVersion: number;
  /** The line of the row that gives them the name by which they are named; null where they have it already. */
  line: number | null;
  /** They are in the database, living or deleted. */
  isThere: boolean;
};

/** An identity of a row that is that of a user, or of another row (`otherLine`), spelled otherwise. */
export type Misspelt = {
  kind: 'email' | 'externalId';
  /** Only the zeros in front are missing. */
  zeros: boolean;
  /** The right spelling; null if several are possible. */
  present: string | null;
  otherLine: number | null;
};

/** An identity that the row gives to a living user, and that a deleted user could come back with. */
export type TakenIdentity = { kind: 'email' | 'externalId'; owner: FoundPerson };
/** Users by the identity that a row gives with letters lost, and how they spell it. */
export type WholeIdentities = Record<'email' | 'externalId', readonly { id: number; spelling: string }[]>;

/** All that a row is compared with. */
export type RowFacts = {
  /** The columns of attributes, at the places at which the row keeps their values. */
  columns: readonly Column[];
  match: RowMatch;
  /** By these places, whom each name of the row means; null: nobody was found. Undefined where it names nobody. */
  named: readonly (NamedPerson | null | undefined)[];
  /** By these places, what a name that no user has is meant to be. */
  meantNames: readonly (string | undefined)[];
  misspelt: readonly Misspelt[];
  takes: readonly TakenIdentity[];
  /** Attributes (ids) in which somebody who comes back points at one who is not there any more. */
  lostReferences: readonly string[];
  /** Backdates (attribute ids, `participates`) that move something though the row itself changes nothing there. */
  movedByDate: ReadonlySet<string>;
  /** The names_version of everybody whom the person points at in attributes that the row does not touch, together. */
  otherNamesVersions: number;
  /** The living users that the row names beside the one that it is about; null: none. */
  alsoPresent: readonly number[] | null;
  /** The living users who have an identity of the row whole, of which the row lacks letters. Null: none was looked for. */
  wholeIdentities: WholeIdentities | null;
  /** Whether a text that the row names beside its own identities is an identity of a user. */
  isUser(text: string): boolean;
  /** What an attribute is called, by its id. */
  nameOf(attributeId: string): string;
};

/** What will become of a row. Of a row that comes to nothing, `fields` say whom it is about. */
export type PlannedRow = {
  line: number;
  action: Action;
  userId: number;
  userVersion: number | null;
  membershipVersion: number | null;
  namedAs: number;
  restores: boolean;
  /** How many of the findings hold only if the row is applied. */
  promises: number;
  /** Whether the identity finds somebody living. */
  finds: boolean;
  alsoFinds: number | null;
  fields: FieldChanges;
  before: Record<string, unknown> | null;
  attributesBefore: Record<string, StoredValue> | null;
  /** As JSON: attribute id → value, null clears; and how many they are. */
  attributesAfter: string | null;
  attributesChanged: number;
  /** Whom it names, by attribute id. */
  people: Record<string, number> | null;
  /** Attribute id → line of the row that gives somebody who is there the name by which they are named. */
  needs: Record<string, number> | null;
  backdates: Record<string, string> | null;
  /** Users that are not missing from the file, as this row names them. */
  alsoPresent: readonly number[] | null;
  /** All that is to say of the row. */
  findings: readonly Finding[];
};

/**
 * Decides what becomes of a row: compares it with the person that it is about, and finds what only that comparison can
 * find (identities that contradict, people who are named and not there). Depends on nothing but its arguments.
 */
export const planRow = (given: RowDraft, givenFacts: RowFacts): PlannedRow => {
  const inner = rowsInCell(given, givenFacts);
  if (given.skipped && !inner) return nothingOf(given, givenFacts, 'skipped');
  const problems = given.skipped ? [] : [...problemsOf(given, givenFacts)];
  if (inner) problems.unshift(inner);
  const [draft, facts] = withoutSelf(given, givenFacts);
  const { match } = facts;
  const { person } = match;
  if (draft.refused || problems.some(refusesRow)) {
    return { ...nothingOf(draft, facts, 'refused'), ...namesIn(facts), findings: said(draft, problems) };
  }
  const changed = changedValues(draft, facts);
  const fields = changedFields(draft, person);
  const backdates = backdatesInForce(draft, facts, fields, changed);
  const restores = person?.isDeleted ?? false;
  const changes = restores || changesAnything(fields) || changed.keys.length > 0 || backdates !== null;
  return {
    line: draft.line,
    action: !person ? 'create' : changes ? 'update' : 'unchanged',
    userId: match.userId,
    userVersion: person?.version ?? null,
    membershipVersion: person?.membershipVersion ?? null,
    namedAs: namedAs(facts),
    restores,
    promises: restores ? problems.filter(({ code }) => PROMISES.includes(code)).length : 0,
    finds: person !== null && !restores,
    alsoFinds: null,
    fields,
    before: person && fieldsBefore(fields, person),
    attributesBefore: person && valuesBefore(changed, person.values),
    attributesAfter: changesAsJson(changed),
    attributesChanged: changed.keys.length,
    ...namesIn(facts),
    backdates,
    alsoPresent: facts.alsoPresent,
    findings: said(draft, problems),
  };
};

const NO_IDENTITY = { email: null, externalId: null };
/** What is taken back if the row is refused after all; db/findings.ts does. */
const PROMISES: FindingCode[] = ['RESTORES_DELETED', 'REFERENCE_CLEARED'];

/** A row without anything that it changes. */
const nothingOf = (draft: RowDraft, { match, alsoPresent }: RowFacts, action: Action): PlannedRow => ({
  ...{ line: draft.line, action, userId: match.userId, alsoPresent },
  userVersion: match.person?.version ?? null,
  membershipVersion: match.person?.membershipVersion ?? null,
  namedAs: 0,
  restores: false,
  promises: 0,
  finds: match.person !== null && !match.person.isDeleted,
  alsoFinds: match.alsoFinds,
  fields: {
    ...(namesUnknown(draft, match, alsoPresent) ? NO_IDENTITY : { email: draft.email, externalId: draft.externalId }),
    ...{ firstName: draft.firstName, lastName: draft.lastName || null, language: null, participates: null },
  },
  before: null,
  attributesBefore: null,
  attributesAfter: null,
  attributesChanged: 0,
  people: null,
  needs: null,
  backdates: null,
  findings: draft.findings,
});

/**
 * Whether a refused row counts as one without an identity, so that no user can be called missing: it may hold rows of other
 * people, or it finds no user by what can be read of it, and one of its identities cannot be read.
 */
const namesUnknown = (draft: RowDraft, { person }: RowFacts['match'], alsoPresent: RowFacts['alsoPresent']): boolean =>
  draft.mayHoldRows || (draft.hasUnreadIdentity && person === null && !alsoPresent);

const said = (draft: RowDraft, problems: readonly Finding[]): readonly Finding[] =>
  problems.length === 0 ? draft.findings : [...draft.findings, ...problems];

/** The attributes that the row changes: those that it speaks of, and what has gone meanwhile of somebody who comes back. */
const changedValues = (draft: RowDraft, { columns, match, named, lostReferences }: RowFacts): ValueChanges => {
  const changes: ValueChanges = { keys: [], values: [] };
  const current = match.person?.values ?? null;
  for (let place = 0; place < columns.length; place++) {
    const key = columns[place]?.key ?? '';
    const value = draft.values[place];
    if (value !== undefined) noteChange(changes, key, value, current);
    else if (draft.people[place] !== undefined) noteChange(changes, key, named[place]?.id ?? null, current);
  }
  for (const key of lostReferences) {
    if (!isNamedIn(draft, columns, key)) noteChange(changes, key, null, current);
  }
  return changes;
};

/** A backdate is in force where it moves something: a change, a membership that began later, or one that ended later. */
const backdatesInForce = (
  draft: RowDraft,
  { columns, match: { person }, movedByDate }: RowFacts,
  fields: FieldChanges,
  changed: ValueChanges,
): Record<string, string> | null => {
  if (!person || isEmpty(draft.backdates)) return null;
  const inForce: Record<string, string> = {};
  for (const [key, day] of Object.entries(draft.backdates)) {
    const place = columns.find((column) => column.key === key)?.place ?? -1;
    const isSet = Boolean(draft.people[place]) || (draft.values[place] ?? null) !== null;
    const moves =
      key === 'participates'
        ? draft.participates === false && (fields.participates !== null || movedByDate.has(key))
        : changed.keys.includes(key) ||
          (isSet ? (person.sinceOf[key] ?? person.since ?? '') > day : movedByDate.has(key));
    if (moves) inForce[key] = day;
  }
  return isEmpty(inForce) ? null : inForce;
};

const namesIn = ({ columns, named }: RowFacts): Pick<PlannedRow, 'people' | 'needs'> => {
  let people: Record<string, number> | null = null;
  let needs: Record<string, number> | null = null;
  for (let place = 0; place < named.length; place++) {
    const one = named[place];
    const key = columns[place]?.key ?? '';
    if (!one) continue;
    people ??= {};
    people[key] = one.id;
    // Of somebody new it goes without saying: without their row they are not there.
    if (one.line === null || !one.isThere) continue;
    needs ??= {};
    needs[key] = one.line;
  }
  return { people, needs };
};

/** The names_version of everybody whom the person points at after this row, together. */
const namedAs = ({ named, otherNamesVersions }: RowFacts): number => {
  let sum = otherNamesVersions;
  for (const one of named) sum += one?.namesVersion ?? 0;
  return sum;
};
