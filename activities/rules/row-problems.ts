import { isNamedIn } from './compare-row.ts';
import { scopeOf } from './describe-finding.ts';
import { excerpt, type Finding, finding } from './findings.ts';
import { lacksLetters, questionIn } from './lost-letters.ts';
import { backdateHeader, OWN_HEADERS } from './own-headers.ts';
import type { RowFacts } from './plan-row.ts';
import type { DoubtfulCell, RowDraft } from './row-draft.ts';

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
    ...(person || meansSomebody(facts) ? [] : datesOfSomebodyNew(draft, facts)),
  ];
  if (person?.isDeleted && !draft.refused && !problems.some(refusesRow))
    problems.push(...comesBack(...withoutSelf(draft, facts)));
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

/** The row names only people who are there, and no other identity than the person has. */
const isPlain = (draft: RowDraft, { match, named }: RowFacts): boolean => {
  const { person, emailKey, externalIdKey } = match;
  if (draft.doubtful.length > 0) return false;
  if (emailKey !== null && person?.emailKey !== emailKey && person?.emailKey !== null) return false;
  if (externalIdKey !== null && person?.externalIdKey !== externalIdKey && person?.externalIdKey !== null) return false;
  for (let place = 0; place < draft.people.length; place++) {
    if (draft.people[place] && (named[place]?.id ?? match.userId) === match.userId) return false;
  }
  return true;
};

const identityProblems = (draft: RowDraft, facts: RowFacts): Finding[] => {
  const { match } = facts;
  const { line, email, externalId } = draft;
  const { person, alsoFinds, emailKey, externalIdKey } = match;
  if (alsoFinds !== null) return [finding(line, 'IDENTITY_CONFLICT', OWN_HEADERS.externalId, externalId)];
  if (!person && meansSomebody(facts)) return [];
  if (!person) return lacksName(draft) ? [finding(line, 'REQUIRED_MISSING', NAME, null, { field: NAME })] : [];
  const problems: Finding[] = [];
  if (emailKey !== null && person.emailKey !== null && emailKey !== person.emailKey)
    problems.push(
      lostLetters(line, 'email', email, person.email) ?? finding(line, 'EMAIL_CHANGE', OWN_HEADERS.email, email),
    );
  if (externalIdKey !== null && person.externalIdKey !== null && externalIdKey !== person.externalIdKey) {
    const present = person.externalId ?? '';
    problems.push(
      lostZeros(externalIdKey, person.externalIdKey)
        ? finding(line, 'LEADING_ZEROS_LOST', OWN_HEADERS.externalId, externalId, { present })
        : (lostLetters(line, 'externalId', externalId, person.externalId) ??
            finding(line, 'EXTERNAL_ID_CHANGE', OWN_HEADERS.externalId, externalId)),
    );
  }
  return problems;
};

/** Whether an external id of digits is another one without the zeros in front. */
const lostZeros = (given: string, present: string): boolean =>
  /^[0-9]+$/.test(given) && given === present.replace(/^0+/, '');

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

/** Whether a row that finds nobody has an identity of somebody in which letters are lost. */
const meansSomebody = ({ wholeIdentities }: RowFacts): boolean =>
  wholeIdentities !== null && wholeIdentities.email.length + wholeIdentities.externalId.length > 0;

const NAME = OWN_HEADERS.firstName;

/** Of a first name that could not be read that has been said. */
const lacksName = ({ hasReadableIdentity, firstName, refused, findings }: RowDraft): boolean =>
  hasReadableIdentity && firstName === null && !(refused && findings.some(({ column }) => column === NAME));

const nameProblems = (draft: RowDraft, { columns, match, named }: RowFacts): Finding[] => {
  const problems: Finding[] = [];
  for (const { place, name } of columns) {
    const given = draft.people[place];
    const one = named[place];
    if (!given || (one && one.id !== match.userId)) continue;
    problems.push(finding(draft.line, one ? 'PERSON_IS_SELF' : 'PERSON_NOT_FOUND', name, given));
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
  return [finding(line, 'RESTORES_DELETED', column, value), ...cleared];
};
