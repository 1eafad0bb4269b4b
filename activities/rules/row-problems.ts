import { type FoundPerson, isNamedIn } from './compare-row.ts';
import { scopeOf } from './describe-finding.ts';
import { type Details, excerpt, type Finding, type FindingCode, finding } from './findings.ts';
import { spanOf } from './inner-rows.ts';
import { lacksLetters, questionIn } from './lost-letters.ts';
import { backdateHeader, OWN_HEADERS } from './own-headers.ts';
import type { Misspelt, RowFacts } from './plan-row.ts';
import type { DoubtfulCell, RowDraft } from './row-draft.ts';
import { nameKey } from './text.ts';

export const refusesRow = ({ code, details }: Finding): boolean => scopeOf(code, details) === 'row';

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
    ...letterProblems(draft, facts),
    ...nameProblems(draft, facts),
    ...(person || facts.misspelt.length > 0 || meansSomebody(facts) ? [] : datesOfSomebodyNew(draft, facts)),
  ];
  if (person?.isDeleted && !draft.refused && !problems.some(refusesRow))
    problems.push(...comesBack(...withoutSelf(draft, facts)));
  problems.push(...takesIdentities(draft, facts));
  return problems;
};

/** The row without the cells in which it names its own user, and without their backdates: nothing comes of these. */
export const withoutSelf = (draft: RowDraft, facts: RowFacts): [RowDraft, RowFacts] => {
  const { columns, named, match } = facts;
  if (!named.some((one) => one?.id === match.userId)) return [draft, facts];
  const isSelf = columns.map(({ place }) => named[place]?.id === match.userId);
  const selves = new Set(columns.flatMap(({ key, place }) => (isSelf[place] ? [key] : [])));
  const people = draft.people.map((name, place) => (isSelf[place] ? undefined : name));
  const backdates = Object.fromEntries(Object.entries(draft.backdates).filter(([key]) => !selves.has(key)));
  return [
    { ...draft, people, backdates },
    { ...facts, named: named.map((one, place) => (isSelf[place] ? undefined : one)) },
  ];
};

const NONE: Finding[] = [];

/** The lines inside of a cell that are rows, as they name users. */
export const rowsInCell = ({ line, inner }: RowDraft, { isUser }: RowFacts): Finding | null => {
  if (!inner) return null;
  const lines = inner.names.flatMap((name) => (isUser(name.text) ? [name.line] : []));
  if (lines.length === 0) return null;
  const [firstLine, lastLine] = spanOf(lines);
  return finding(line, 'ROWS_IN_CELL', inner.column, inner.value, { firstLine, lastLine });
};

/** The row names only people who are there, and no other identity than the person has. */
const isPlain = (draft: RowDraft, { match, named, misspelt, takes }: RowFacts): boolean => {
  const { person, emailKey, externalIdKey } = match;
  if (misspelt.length > 0 || takes.length > 0 || draft.doubtful.length > 0) return false;
  if (emailKey !== null && person?.emailKey !== emailKey && person?.emailKey !== null) return false;
  if (externalIdKey !== null && person?.externalIdKey !== externalIdKey && person?.externalIdKey !== null) return false;
  for (let place = 0; place < draft.people.length; place++) {
    if (draft.people[place] && (named[place]?.id ?? match.userId) === match.userId) return false;
  }
  return true;
};

const identityProblems = (draft: RowDraft, facts: RowFacts): Finding[] => {
  const { match, misspelt } = facts;
  const { line, externalId } = draft;
  const { person, alsoFinds } = match;
  if (alsoFinds !== null) return [finding(line, 'IDENTITY_CONFLICT', OWN_HEADERS.externalId, externalId)];
  const problems: Finding[] = [];
  for (const kind of ['email', 'externalId'] as const) {
    const [key, stored] = [match[KEYS[kind]], person?.[KEYS[kind]] ?? null];
    const spelled = misspelt.find((one) => one.kind === kind);
    if (spelled) problems.push(finding(line, ...asMisspelt(spelled), draft[kind], detailsOf(spelled)));
    else if (person && key !== null && stored !== null && key !== stored)
      problems.push(
        lostLetters(line, kind, draft[kind], person[kind]) ??
          finding(line, CHANGES[kind], OWN_HEADERS[kind], draft[kind], storedAs(person, kind)),
      );
  }
  if (!person && problems.length === 0 && !meansSomebody(facts) && lacksName(draft))
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

/** That a cell is the stored text without some of its letters; undefined if it is another text. */
const lostLetters = (
  line: number,
  field: DoubtfulCell['field'],
  given: string | null,
  stored: string | null,
): Finding | undefined =>
  given !== null && stored !== null && lacksLetters(given, stored)
    ? finding(line, 'LETTER_LOST', OWN_HEADERS[field], given, { present: excerpt(stored) })
    : undefined;

/**
 * What there is to say of question marks in names and identities: the row is refused if the user, or another one, has a
 * letter there, or if the user is there and the column has lost letters. Else it is a warning.
 */
const letterProblems = (draft: RowDraft, { match, wholeIdentities }: RowFacts): Finding[] => {
  const { line } = draft;
  const { person } = match;
  return draft.doubtful.flatMap(({ field, given, inLossyColumn }) => {
    const stored = person?.[field] ?? null;
    const isIdentity = field === 'email' || field === 'externalId';
    // Of an identity that is another one than the user has, all is said by then.
    if (isIdentity ? stored !== null : stored === draft[field]) return [];
    const [other, ...more] = (isIdentity && wholeIdentities?.[field]) || [];
    const lost = lostLetters(line, field, draft[field], stored);
    if (lost) return [{ ...lost, value: excerpt(given) }];
    if (!other && questionIn(draft[field] ?? '') === null) return [];
    const present = other && more.length === 0 ? { present: excerpt(other.spelling) } : {};
    const applied = !other && !(person && inLossyColumn) ? { applied: true } : {};
    return [finding(line, 'LETTER_LOST', OWN_HEADERS[field], given, { ...present, ...applied })];
  });
};

/** Whether a row that finds no user has an identity of a user in which letters are lost. */
const meansSomebody = ({ wholeIdentities }: RowFacts): boolean =>
  wholeIdentities !== null && wholeIdentities.email.length + wholeIdentities.externalId.length > 0;

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
