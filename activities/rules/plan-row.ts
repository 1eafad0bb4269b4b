import {
  changedFields,
  changedValues,
  changesAnything,
  type FieldChanges,
  type FoundPerson,
  fieldsBefore,
  isEmpty,
  type StoredValue,
  valuesBefore,
} from './compare-row.ts';
import type { Finding } from './findings.ts';
import type { RowDraft } from './row-draft.ts';
import { problemsOf, refusesRow } from './row-problems.ts';

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

/** All that a row is compared with. */
export type RowFacts = {
  match: RowMatch;
  /** By attribute id, of each cell that names somebody; null: nobody was found. */
  named: Record<string, NamedPerson | null>;
  /** Attributes in which somebody who comes back points at one who is not there any more. */
  lostReferences: readonly string[];
  /** Backdates (attribute ids, `participates`) that move something though the row itself changes nothing there. */
  movedByDate: ReadonlySet<string>;
  /** The names_version of everybody whom the person points at now, together, by attribute id. */
  namesVersions: Record<string, number>;
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
  /** Whether the identity finds somebody living. */
  finds: boolean;
  alsoFinds: number | null;
  fields: FieldChanges;
  before: Record<string, unknown> | null;
  attributesBefore: Record<string, StoredValue> | null;
  attributesAfter: Record<string, StoredValue | null> | null;
  /** Whom it names, by attribute id. */
  people: Record<string, number> | null;
  /** Attribute id → line of the row that gives somebody who is there the name by which they are named. */
  needs: Record<string, number> | null;
  backdates: Record<string, string> | null;
  /** All that is to say of the row. */
  findings: Finding[];
};

/**
 * Decides what becomes of a row: compares it with the person that it is about, and finds what only that comparison can
 * find (identities that contradict, people who are named and not there). Depends on nothing but its arguments.
 */
export const planRow = (draft: RowDraft, facts: RowFacts): PlannedRow => {
  const { match } = facts;
  const { person } = match;
  if (draft.skipped) return nothingOf(draft, match, 'skipped');
  const wanted = wantedOf(draft, facts);
  const changed = person ? changedValues(wanted, person.values) : withoutNulls(wanted);
  const fields = changedFields(draft, person);
  const backdates = backdatesInForce(draft, facts, fields, changed);
  const problems = problemsOf(draft, facts);
  if (draft.refused || problems.some(refusesRow)) {
    return { ...nothingOf(draft, match, 'refused'), ...namesIn(facts), findings: said(draft, problems) };
  }
  const restores = person?.isDeleted ?? false;
  const changes = restores || changesAnything(fields) || !isEmpty(changed) || backdates !== null;
  const action = !person ? 'create' : changes ? 'update' : 'unchanged';
  return {
    ...nothingOf(draft, match, action),
    ...namesIn(facts),
    namedAs: namedAs(facts, wanted),
    restores,
    fields,
    before: person && fieldsBefore(fields, person),
    attributesBefore: person && valuesBefore(changed, person.values),
    attributesAfter: isEmpty(changed) ? null : changed,
    backdates,
    findings: said(draft, problems),
  };
};

/** A row without anything that it changes. */
const nothingOf = (draft: RowDraft, { userId, person, alsoFinds }: RowMatch, action: Action): PlannedRow => ({
  line: draft.line,
  action,
  userId,
  userVersion: person?.version ?? null,
  membershipVersion: person?.membershipVersion ?? null,
  namedAs: 0,
  restores: false,
  finds: person !== null && !person.isDeleted,
  alsoFinds,
  fields: {
    ...{ email: draft.email, externalId: draft.externalId, firstName: draft.firstName },
    ...{ lastName: draft.lastName || null, language: null, participates: null },
  },
  before: null,
  attributesBefore: null,
  attributesAfter: null,
  people: null,
  needs: null,
  backdates: null,
  findings: draft.findings,
});

const said = (draft: RowDraft, problems: Finding[]): Finding[] =>
  problems.length === 0 ? draft.findings : [...draft.findings, ...problems];

/** What the row wants each attribute to be that it speaks of; null: nothing. */
const wantedOf = (draft: RowDraft, { named, lostReferences }: RowFacts): Record<string, StoredValue | null> => {
  const wanted: Record<string, StoredValue | null> = {};
  for (const key of lostReferences) wanted[key] = null;
  for (const key in draft.values) wanted[key] = draft.values[key] ?? null;
  for (const key in draft.people) wanted[key] = named[key]?.id ?? null;
  return wanted;
};

const withoutNulls = (wanted: Record<string, StoredValue | null>): Record<string, StoredValue | null> => {
  for (const key in wanted) if (wanted[key] === null) delete wanted[key];
  return wanted;
};

/** A backdate is in force where it moves something: a change, a membership that began later, or one that ended later. */
const backdatesInForce = (
  draft: RowDraft,
  { match: { person }, movedByDate }: RowFacts,
  fields: FieldChanges,
  changed: Record<string, unknown>,
): Record<string, string> | null => {
  if (!person || isEmpty(draft.backdates)) return null;
  const inForce: Record<string, string> = {};
  for (const [key, day] of Object.entries(draft.backdates)) {
    const isSet = key in draft.people ? draft.people[key] !== '' : (draft.values[key] ?? null) !== null;
    const moves =
      key === 'participates'
        ? draft.participates === false && (fields.participates !== null || movedByDate.has(key))
        : key in changed || (isSet ? (person.sinceOf[key] ?? person.since ?? '') > day : movedByDate.has(key));
    if (moves) inForce[key] = day;
  }
  return isEmpty(inForce) ? null : inForce;
};

const namesIn = ({ named }: RowFacts): Pick<PlannedRow, 'people' | 'needs'> => {
  const people: Record<string, number> = {};
  const needs: Record<string, number> = {};
  for (const key in named) {
    const one = named[key];
    if (!one) continue;
    people[key] = one.id;
    // Of somebody new it goes without saying: without their row they are not there.
    if (one.line !== null && one.isThere) needs[key] = one.line;
  }
  return { people: isEmpty(people) ? null : people, needs: isEmpty(needs) ? null : needs };
};

/** The names_version of everybody whom the person points at after this row, together. */
const namedAs = ({ named, namesVersions }: RowFacts, wanted: Record<string, StoredValue | null>): number => {
  let sum = 0;
  for (const key in namesVersions) if (!(key in wanted)) sum += namesVersions[key] ?? 0;
  for (const key in named) sum += named[key]?.namesVersion ?? 0;
  return sum;
};
