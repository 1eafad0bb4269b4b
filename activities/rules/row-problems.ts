import { type FoundPerson, isNamedIn } from './compare-row.ts';
import { scopeOf } from './describe-finding.ts';
import { type Details, type Finding, type FindingCode, finding } from './findings.ts';
import { backdateHeader, OWN_HEADERS } from './own-headers.ts';
import type { Misspelt, RowFacts } from './plan-row.ts';
import type { RowDraft } from './row-draft.ts';
import { nameKey } from './text.ts';

export const refusesRow = ({ code }: Finding): boolean => scopeOf(code) === 'row';

/**
 * What there is to say of a row once it is compared with the people there are, in the order of the columns: identities
 * that contradict or would change, people who are named and not there, dates of somebody new, who comes back.
 */
export const problemsOf = (draft: RowDraft, facts: RowFacts): Finding[] => {
  const { person } = facts.match;
  // Of most rows there is nothing to say.
  if (person && !person.isDeleted && facts.match.alsoFinds === null && isPlain(draft, facts)) return NONE;
  const problems = [
    ...identityProblems(draft, facts),
    ...nameProblems(draft, facts),
    ...(person || facts.misspelt.length > 0 ? [] : datesOfSomebodyNew(draft, facts)),
  ];
  if (person?.isDeleted && !draft.refused && !problems.some(refusesRow)) problems.push(...comesBack(draft, facts));
  problems.push(...takesIdentities(draft, facts));
  return problems;
};

const NONE: Finding[] = [];

/** The row names only people who are there, and no other identity than the person has. */
const isPlain = (draft: RowDraft, { match, named, misspelt, takes }: RowFacts): boolean => {
  const { person, emailKey, externalIdKey } = match;
  if (misspelt.length > 0 || takes.length > 0) return false;
  if (emailKey !== null && person?.emailKey !== emailKey && person?.emailKey !== null) return false;
  if (externalIdKey !== null && person?.externalIdKey !== externalIdKey && person?.externalIdKey !== null) return false;
  for (let place = 0; place < draft.people.length; place++) {
    if (draft.people[place] && (named[place]?.id ?? match.userId) === match.userId) return false;
  }
  return true;
};

const identityProblems = (draft: RowDraft, { match, misspelt }: RowFacts): Finding[] => {
  const { line, externalId } = draft;
  const { person, alsoFinds } = match;
  if (alsoFinds !== null) return [finding(line, 'IDENTITY_CONFLICT', OWN_HEADERS.externalId, externalId)];
  const problems: Finding[] = [];
  for (const kind of ['email', 'externalId'] as const) {
    const [key, stored] = [match[KEYS[kind]], person?.[KEYS[kind]] ?? null];
    const spelled = misspelt.find((one) => one.kind === kind);
    if (spelled) problems.push(finding(line, ...asMisspelt(spelled), draft[kind], detailsOf(spelled)));
    else if (person && key !== null && stored !== null && key !== stored)
      problems.push(finding(line, CHANGES[kind], OWN_HEADERS[kind], draft[kind], storedAs(person, kind)));
  }
  if (!person && problems.length === 0 && lacksName(draft))
    problems.push(finding(line, 'REQUIRED_MISSING', NAME, null, { field: NAME }));
  if (person?.isDeleted && isSomebodyElse(draft, person))
    problems.push(finding(line, 'RESTORE_NAME_DIFFERS', NAME, draft.firstName, deletedUser(person)));
  return problems;
};

const KEYS = { email: 'emailKey', externalId: 'externalIdKey' } as const;
const CHANGES = { email: 'EMAIL_CHANGE', externalId: 'EXTERNAL_ID_CHANGE' } as const;

const asMisspelt = ({ kind, zeros }: Misspelt): [FindingCode, string] => [
  zeros ? 'LEADING_ZEROS_LOST' : 'IDENTITY_RESPELLED',
  OWN_HEADERS[kind],
];

const detailsOf = ({ present, otherLine }: Misspelt): Details => ({
  ...(present === null ? {} : { present }),
  ...(otherLine === null ? {} : { otherLine }),
});

/** What an identity that a row would change is, and of which user. */
const storedAs = ({ email, externalId, publicId, deletedOn }: FoundPerson, kind: 'email' | 'externalId'): Details => ({
  present: (kind === 'email' ? email : externalId) ?? '',
  user: publicId,
  ...(deletedOn === null ? {} : { deletedOn }),
});

/** How a deleted user is told apart. */
const deletedUser = ({ email, externalId, firstName, lastName, deletedOn }: FoundPerson): Details => ({
  name: lastName === null ? firstName : `${firstName} ${lastName}`,
  person: email ?? externalId ?? '',
  deletedOn: deletedOn ?? '',
});

/** The row has a first and a last name, and the user neither; not even with the two exchanged. */
const isSomebodyElse = ({ firstName, lastName }: RowDraft, person: FoundPerson): boolean => {
  if (firstName === null || !lastName) return false;
  const stored = [nameKey(person.firstName), nameKey(person.lastName ?? '')];
  const given = [nameKey(firstName), nameKey(lastName)];
  return given.every((name) => !stored.includes(name));
};

/** A living user is given the identity of a deleted one, who can then not come back with that identity. */
const takesIdentities = (draft: RowDraft, { takes }: RowFacts): Finding[] =>
  takes.map(({ kind, owner }) =>
    finding(draft.line, 'TAKES_DELETED_ID', OWN_HEADERS[kind], draft[kind], deletedUser(owner)),
  );

const NAME = OWN_HEADERS.firstName;

/** Of a first name that could not be read that has been said. */
const lacksName = ({ hasReadableIdentity, firstName, refused, findings }: RowDraft): boolean =>
  hasReadableIdentity && firstName === null && !(refused && findings.some(({ column }) => column === NAME));

const nameProblems = (draft: RowDraft, { columns, match, named, meantNames }: RowFacts): Finding[] => {
  const problems: Finding[] = [];
  for (const { place, name } of columns) {
    const given = draft.people[place];
    const one = named[place];
    if (!given || (one && one.id !== match.userId)) continue;
    const suggested = meantNames[place];
    problems.push(
      one
        ? finding(draft.line, 'PERSON_IS_SELF', name, given)
        : finding(draft.line, 'PERSON_NOT_FOUND', name, given, suggested === undefined ? {} : { suggested }),
    );
  }
  return problems;
};

const datesOfSomebodyNew = ({ line, backdates, email, externalId }: RowDraft, { nameOf }: RowFacts): Finding[] => {
  if (email === null && externalId === null) return [];
  return Object.entries(backdates).map(([key, day]) => {
    const of = key === 'participates' ? OWN_HEADERS.participates : nameOf(key);
    return finding(line, 'BACKDATE_NEW_USER', backdateHeader(of), day);
  });
};

const comesBack = (draft: RowDraft, { columns, match: { person }, lostReferences, nameOf }: RowFacts): Finding[] => {
  const { line, email, externalId } = draft;
  const [column, value] = email === null ? [OWN_HEADERS.externalId, externalId] : [OWN_HEADERS.email, email];
  const cleared = lostReferences
    .filter((key) => !isNamedIn(draft, columns, key))
    .map((key) =>
      finding(line, 'REFERENCE_CLEARED', nameOf(key), null, {
        person: person?.email ?? person?.externalId ?? '',
        attribute: nameOf(key),
      }),
    );
  return [finding(line, 'RESTORES_DELETED', column, value, person ? deletedUser(person) : {}), ...cleared];
};
