import type { UserFields, UserRow } from '../../db/people/users.ts';
import type { FindingCode } from '../../rules/findings/catalogue.ts';
import { describeFinding } from '../../rules/findings/describe-finding.ts';
import type { TextKind } from '../../rules/findings/details.ts';
import type { CheckResult } from '../../rules/findings/findings.ts';
import { checkEmail, checkExternalId } from '../../rules/values/identity.ts';
import { checkLanguage } from '../../rules/values/language.ts';
import { cellTooLong, tooLong } from '../../rules/values/lengths.ts';
import { checkText } from '../../rules/values/text.ts';
import { throwProblem } from '../problems.ts';
import { refuseClearMarker, refuseExampleIdentity } from '../validate-text.ts';
import type { UserPatchJson } from './user-schema.ts';

/** The settings that values are checked against. */
export type FieldRules = { languages: readonly string[]; maxCellCharacters: number };

/**
 * The built-in fields that a patch changes, as they are stored, checked by the rules for rows of a file. Empty if no
 * value changes. Unlike a row, a patch can change an email, an external id and a role.
 *
 * @throws the problem `invalid_value`, with the finding that a row would have
 */
export function parseFields(patch: UserPatchJson, user: UserRow, rules: FieldRules): Partial<UserFields> {
  const read = (
    field: string,
    given: string | null | undefined,
    kind: Exclude<TextKind, 'cell'>,
    check: (text: string) => CheckResult<string>,
  ) => (given ? checked(field, given, { kind, ...rules }, check) : given);
  for (const field of NEVER_NULL) {
    if (patch[field] === null) refuse(field, 'REQUIRED_MISSING', `${field} cannot be cleared.`);
  }
  const wanted: { [Field in keyof UserFields]: UserFields[Field] | undefined } = {
    email: identity('email', read('email', patch.email, 'email', checkEmail)),
    externalId: identity('externalId', read('externalId', patch.externalId, 'external_id', checkExternalId)),
    firstName: read('firstName', patch.firstName, 'name', checkText) ?? undefined,
    lastName: orNull(read('lastName', patch.lastName, 'name', checkText)),
    language: read('language', patch.language, 'language', (text) => checkLanguage(text, rules.languages)) ?? undefined,
    participates: patch.participates ?? undefined,
    role: patch.role ?? undefined,
  };
  const after = { ...user, ...defined(wanted) };
  for (const field of ['firstName', 'language'] as const) {
    if (after[field] === '') refuse(field, 'REQUIRED_MISSING', `${field} cannot be empty.`);
  }
  if (after.email === null && after.externalId === null) {
    refuse('email', 'NO_IDENTITY', 'A user needs an email or an external id.');
  }
  return Object.fromEntries(
    FIELDS.filter((field) => after[field] !== user[field]).map((field) => [field, after[field]]),
  );
}

const NEVER_NULL = ['firstName', 'language', 'participates', 'role'] as const;
const FIELDS = ['email', 'externalId', 'firstName', 'lastName', 'language', 'participates', 'role'] as const;

/**
 * One value, trimmed and checked as a cell is.
 *
 * @throws the problem `invalid_value`
 */
export function checked<Value>(
  field: string,
  given: string,
  rules: Pick<FieldRules, 'maxCellCharacters'> & { kind: Exclude<TextKind, 'cell'> },
  check: (text: string) => CheckResult<Value>,
): Value {
  const long = tooLong(given.trim(), rules.kind, rules) ?? cellTooLong(given, rules);
  if (long) refuse(field, long.code, `${field} has more than ${long.details.limit} characters. Shorten it.`);
  // A JSON text can hold half of a surrogate pair, which a cell of a file cannot.
  if (!given.isWellFormed()) refuse(field, 'REPLACEMENT_CHARACTER', `${field} has half a character in it.`);
  const result = check(refuseClearMarker(field, given.trim(), { field }));
  if (result.ok) {
    // The stored form of `.5` is longer than the given value, and a template must be able to hold it.
    if (rules.kind === 'number' && tooLong(String(result.value), 'number', rules))
      refuse(field, 'TOO_LONG', `${field} has too many digits.`);
    return result.value;
  }
  const { message, suggestion } = describeFinding(result.code, result.details, given.trim());
  return refuse(field, result.code, `${field}: ${message} ${suggestion}`);
}

/** Refuses one value with the finding code that a row would have. */
export function refuse(field: string, finding: FindingCode, detail: string): never {
  return throwProblem('invalid_value', detail, { field, finding });
}

const identity = (field: string, text: string | null | undefined): string | null | undefined =>
  text ? refuseExampleIdentity(field, text, { field }) : orNull(text);

const orNull = (text: string | null | undefined): string | null | undefined => (text === '' ? null : text);
const defined = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
