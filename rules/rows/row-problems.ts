import { BUILT_IN_HEADERS, backdateHeader } from '../columns/built-in-columns.ts';
import { type FindingCode, scopeOf } from '../findings/catalogue.ts';
import type { Details } from '../findings/details.ts';
import { excerpt, type Finding, finding } from '../findings/findings.ts';
import { lacksLetters, questionIn } from '../values/lost-letters.ts';
import { IDENTITY_KINDS, type IdentityKind, KEY_FIELDS } from '../values/respellings.ts';
import { nameKey } from '../values/text.ts';
import { type ExistingUser, isEmpty, isReferenceGiven } from './compare-row.ts';
import { spanOf } from './inner-rows.ts';
import type { DoubtfulCell, ParsedRow } from './parsed-row.ts';
import type { RespelledIdentity, RowFacts } from './row-facts.ts';

/** Whether a finding refuses its row. */
export const refusesRow = ({ code, details }: Finding): boolean => scopeOf(code, details) === 'row';

/**
 * The findings of the comparison with existing users, in column order. They are about identities that conflict or would
 * change, references to users that do not exist, backdates of a new user, and restored users.
 */
export const problemsOf = (parsed: ParsedRow, facts: RowFacts): readonly Finding[] => {
  const { user, conflictingUserId } = facts.match;
  // Most rows have no problem.
  const isUsual = user ? !user.isDeleted : parsed.firstName !== null && isEmpty(parsed.backdates);
  if (isUsual && conflictingUserId === null && isPlain(parsed, facts)) return NONE;
  const problems = [
    ...identityProblems(parsed, facts),
    ...letterProblems(parsed, facts),
    ...nameProblems(parsed, facts),
    ...(user || facts.respelled.length > 0 || meansExistingUser(facts) ? [] : backdatesOfNewUser(parsed, facts)),
  ];
  if (user?.isDeleted && !parsed.refused && !problems.some(refusesRow))
    problems.push(...restoresUser(...withoutSelfReference(parsed, facts)));
  problems.push(...takesIdentities(parsed, facts));
  return problems;
};

/** The row without the cells that name its own user, and without their backdates. Those cells have no effect. */
export const withoutSelfReference = (parsed: ParsedRow, facts: RowFacts): [ParsedRow, RowFacts] => {
  const { columns, referencedUsers, match } = facts;
  if (!referencedUsers.some((one) => one?.id === match.userId)) return [parsed, facts];
  const isSelf = columns.map(({ valueIndex }) => referencedUsers[valueIndex]?.id === match.userId);
  const selves = new Set(columns.flatMap(({ key, valueIndex }) => (isSelf[valueIndex] ? [key] : [])));
  const references = parsed.references.map((name, valueIndex) => (isSelf[valueIndex] ? undefined : name));
  const backdates = Object.fromEntries(Object.entries(parsed.backdates).filter(([key]) => !selves.has(key)));
  return [
    { ...parsed, references, backdates },
    { ...facts, referencedUsers: referencedUsers.map((one, valueIndex) => (isSelf[valueIndex] ? undefined : one)) },
  ];
};

const NONE: readonly Finding[] = [];

/** Refuses the row if lines inside a cell name users: those lines are rows. */
export const rowsInCell = ({ line, inner }: ParsedRow, { isUser }: RowFacts): Finding | null => {
  if (!inner) return null;
  const lines = inner.identities.flatMap((name) => (isUser(name.text) ? [name.line] : []));
  if (lines.length === 0) return null;
  const [firstLine, lastLine] = spanOf(lines);
  return finding(line, 'ROWS_IN_CELL', inner.column, inner.value, { firstLine, lastLine });
};

/** Whether the row names only existing users, and no identity that differs from those of its user. */
const isPlain = (parsed: ParsedRow, { match, referencedUsers, respelled, takenIdentities }: RowFacts): boolean => {
  const { user, emailKey, externalIdKey } = match;
  if (respelled.length > 0 || takenIdentities.length > 0 || parsed.doubtfulCells.length > 0) return false;
  if (emailKey !== null && user?.emailKey !== emailKey && user?.emailKey !== null) return false;
  if (externalIdKey !== null && user?.externalIdKey !== externalIdKey && user?.externalIdKey !== null) return false;
  for (let valueIndex = 0; valueIndex < parsed.references.length; valueIndex++) {
    if (parsed.references[valueIndex] && (referencedUsers[valueIndex]?.id ?? match.userId) === match.userId)
      return false;
  }
  return true;
};

const identityProblems = (parsed: ParsedRow, facts: RowFacts): Finding[] => {
  const { match, respelled } = facts;
  const { line, externalId } = parsed;
  const { user, conflictingUserId } = match;
  if (conflictingUserId !== null) return [finding(line, 'IDENTITY_CONFLICT', BUILT_IN_HEADERS.externalId, externalId)];
  const problems: Finding[] = [];
  for (const kind of IDENTITY_KINDS) {
    const [key, stored] = [match[KEY_FIELDS[kind]], user?.[KEY_FIELDS[kind]] ?? null];
    const spelled = respelled.find((one) => one.kind === kind);
    if (spelled) problems.push(finding(line, ...asRespelled(spelled), parsed[kind], detailsOf(spelled)));
    else if (user && key !== null && stored !== null && key !== stored)
      problems.push(
        lostLetters(line, kind, parsed[kind], user[kind]) ??
          finding(line, CHANGES[kind], BUILT_IN_HEADERS[kind], parsed[kind], storedAs(user, kind)),
      );
  }
  if (!user && problems.length === 0 && !meansExistingUser(facts) && lacksName(parsed))
    problems.push(finding(line, 'REQUIRED_MISSING', NAME, null, { field: NAME }));
  if (user?.isDeleted && isDifferentUser(parsed, user))
    problems.push(finding(line, 'RESTORE_NAME_DIFFERS', NAME, parsed.firstName, deletedUser(user)));
  return problems;
};

const CHANGES = { email: 'EMAIL_CHANGE', externalId: 'EXTERNAL_ID_CHANGE' } as const;

const asRespelled = ({ kind, zeros }: RespelledIdentity): [FindingCode, string] => [
  zeros ? 'LEADING_ZEROS_LOST' : 'IDENTITY_RESPELLED',
  BUILT_IN_HEADERS[kind],
];

const detailsOf = ({ present, otherLine }: RespelledIdentity): Details => ({
  ...(present === null ? {} : { present }),
  ...(otherLine === null ? {} : { otherLine }),
});

/** The stored identity that a row would change, and its user. */
const storedAs = ({ email, externalId, publicId, deletedOn }: ExistingUser, kind: IdentityKind): Details => ({
  present: (kind === 'email' ? email : externalId) ?? '',
  user: publicId,
  ...(deletedOn === null ? {} : { deletedOn }),
});

/** The details by which an administrator recognises a deleted user. */
const deletedUser = ({ email, externalId, firstName, lastName, deletedOn }: ExistingUser): Details => ({
  name: lastName === null ? firstName : `${firstName} ${lastName}`,
  person: email ?? externalId ?? '',
  deletedOn: deletedOn ?? '',
});

/** The row has a first and a last name, and the user has neither of them, in either order. */
const isDifferentUser = ({ firstName, lastName }: ParsedRow, user: ExistingUser): boolean => {
  if (firstName === null || !lastName) return false;
  const stored = [nameKey(user.firstName), nameKey(user.lastName ?? '')];
  const given = [nameKey(firstName), nameKey(lastName)];
  return given.every((name) => !stored.includes(name));
};

/** Warns that an active user gets the identity of a deleted user, who cannot be restored with it afterwards. */
const takesIdentities = (parsed: ParsedRow, { takenIdentities }: RowFacts): Finding[] =>
  takenIdentities.map(({ kind, owner }) =>
    finding(parsed.line, 'TAKES_DELETED_ID', BUILT_IN_HEADERS[kind], parsed[kind], deletedUser(owner)),
  );

/** The finding if a cell is the stored text without some of its letters; undefined if it is another text. */
const lostLetters = (
  line: number,
  field: DoubtfulCell['field'],
  given: string | null,
  stored: string | null,
): Finding | undefined =>
  given !== null && stored !== null && lacksLetters(given, stored)
    ? finding(line, 'LETTER_LOST', BUILT_IN_HEADERS[field], given, { present: excerpt(stored) })
    : undefined;

/**
 * The findings about question marks in names and identities. The row is refused if the user or another user has a letter
 * there, or if the user exists and the column has lost letters. Otherwise it is a warning.
 */
const letterProblems = (parsed: ParsedRow, { match, wholeIdentities }: RowFacts): Finding[] => {
  const { line } = parsed;
  const { user } = match;
  return parsed.doubtfulCells.flatMap(({ field, given, inLossyColumn }) => {
    const stored = user?.[field] ?? null;
    const isIdentity = field === 'email' || field === 'externalId';
    // `identityProblems` reports an identity that differs from the user's.
    if (isIdentity ? stored !== null : stored === parsed[field]) return [];
    const [other, ...more] = (isIdentity && wholeIdentities?.[field]) || [];
    const lost = lostLetters(line, field, parsed[field], stored);
    if (lost) return [{ ...lost, value: excerpt(given) }];
    if (!other && questionIn(parsed[field] ?? '') === null) return [];
    const present = other && more.length === 0 ? { present: excerpt(other.spelling) } : {};
    const applied = !other && !(user && inLossyColumn) ? { applied: true } : {};
    return [finding(line, 'LETTER_LOST', BUILT_IN_HEADERS[field], given, { ...present, ...applied })];
  });
};

/** Whether a row that finds no user has the identity of a user with lost letters. */
const meansExistingUser = ({ wholeIdentities }: RowFacts): boolean =>
  wholeIdentities !== null && wholeIdentities.email.length + wholeIdentities.externalId.length > 0;

const NAME = BUILT_IN_HEADERS.firstName;

/** Whether a first name is missing. An unreadable first name has its own finding. */
const lacksName = ({ hasReadableIdentity, firstName, refused, findings }: ParsedRow): boolean =>
  hasReadableIdentity && firstName === null && !(refused && findings.some(({ column }) => column === NAME));

const nameProblems = (
  parsed: ParsedRow,
  { columns, match, referencedUsers, suggestedReferences }: RowFacts,
): Finding[] => {
  const problems: Finding[] = [];
  for (const { valueIndex, name } of columns) {
    const given = parsed.references[valueIndex];
    const one = referencedUsers[valueIndex];
    if (!given || (one && one.id !== match.userId)) continue;
    const suggested = suggestedReferences[valueIndex];
    problems.push(
      one
        ? finding(parsed.line, 'PERSON_IS_SELF', name, given)
        : finding(parsed.line, 'PERSON_NOT_FOUND', name, given, suggested === undefined ? {} : { suggested }),
    );
  }
  return problems;
};

const backdatesOfNewUser = ({ line, backdates, email, externalId }: ParsedRow, { nameOf }: RowFacts): Finding[] => {
  if (email === null && externalId === null) return [];
  return Object.entries(backdates).map(([key, day]) => {
    const of = key === 'participates' ? BUILT_IN_HEADERS.participates : nameOf(key);
    return finding(line, 'BACKDATE_NEW_USER', backdateHeader(of), day);
  });
};

const restoresUser = (
  parsed: ParsedRow,
  { columns, match: { user }, clearedReferences, nameOf }: RowFacts,
): Finding[] => {
  const { line, email, externalId } = parsed;
  const [column, value] = email === null ? [BUILT_IN_HEADERS.externalId, externalId] : [BUILT_IN_HEADERS.email, email];
  const cleared = clearedReferences
    .filter((key) => !isReferenceGiven(parsed, columns, key))
    .map((key) =>
      finding(line, 'REFERENCE_CLEARED', nameOf(key), null, {
        person: user?.email ?? user?.externalId ?? '',
        attribute: nameOf(key),
      }),
    );
  return [finding(line, 'RESTORES_DELETED', column, value, user ? deletedUser(user) : {}), ...cleared];
};
