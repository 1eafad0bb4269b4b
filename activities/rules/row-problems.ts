import { isNamedIn } from './compare-row.ts';
import { scopeOf } from './describe-finding.ts';
import { type Finding, finding } from './findings.ts';
import { spanOf } from './inner-rows.ts';
import { backdateHeader, OWN_HEADERS } from './own-headers.ts';
import type { RowFacts } from './plan-row.ts';
import type { RowDraft } from './row-draft.ts';

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
    ...(person ? [] : datesOfSomebodyNew(draft, facts)),
  ];
  if (person?.isDeleted && !draft.refused && !problems.some(refusesRow)) problems.push(...comesBack(draft, facts));
  return problems;
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
const isPlain = (draft: RowDraft, { match, named }: RowFacts): boolean => {
  const { person, emailKey, externalIdKey } = match;
  if (emailKey !== null && person?.emailKey !== emailKey && person?.emailKey !== null) return false;
  if (externalIdKey !== null && person?.externalIdKey !== externalIdKey && person?.externalIdKey !== null) return false;
  for (let place = 0; place < draft.people.length; place++) {
    if (draft.people[place] && (named[place]?.id ?? match.userId) === match.userId) return false;
  }
  return true;
};

const identityProblems = (draft: RowDraft, { match }: RowFacts): Finding[] => {
  const { line, email, externalId } = draft;
  const { person, alsoFinds, emailKey, externalIdKey } = match;
  if (alsoFinds !== null) return [finding(line, 'IDENTITY_CONFLICT', OWN_HEADERS.externalId, externalId)];
  if (!person) return lacksName(draft) ? [finding(line, 'REQUIRED_MISSING', NAME, null, { field: NAME })] : [];
  const problems: Finding[] = [];
  if (emailKey !== null && person.emailKey !== null && emailKey !== person.emailKey)
    problems.push(finding(line, 'EMAIL_CHANGE', OWN_HEADERS.email, email));
  if (externalIdKey !== null && person.externalIdKey !== null && externalIdKey !== person.externalIdKey) {
    const present = person.externalId ?? '';
    problems.push(
      lostZeros(externalIdKey, person.externalIdKey)
        ? finding(line, 'LEADING_ZEROS_LOST', OWN_HEADERS.externalId, externalId, { present })
        : finding(line, 'EXTERNAL_ID_CHANGE', OWN_HEADERS.externalId, externalId),
    );
  }
  return problems;
};

/** Whether an external id of digits is another one without the zeros in front. */
const lostZeros = (given: string, present: string): boolean =>
  /^[0-9]+$/.test(given) && given === present.replace(/^0+/, '');

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
