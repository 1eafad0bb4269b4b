import { isExampleIdentity } from '../rules/rows/example-row.ts';
import { hasLongKey, MOST_CHARACTERS } from '../rules/values/lengths.ts';
import { isClearMarker } from '../rules/values/special-words.ts';
import { checkText, isLongerThan, tidyName } from '../rules/values/text.ts';
import { throwProblem } from './problems.ts';

/**
 * A text as it is stored: trimmed, in Unicode NFC, by the same rule as a cell of a file. Refuses (`invalid_value`)
 * control characters, U+FFFD and half a surrogate pair (none of them can be stored), and a text of more than `most`
 * characters.
 *
 * @param what the subject of the refusal
 * @param extra further members of the refusal
 */
export function validateText(what: string, given: string, most: number, extra: Record<string, unknown> = {}): string {
  // Checked first, because normalizing takes a time that grows faster than the length. NFC makes one character of four
  // at most.
  if (isLongerThan(given.trim(), most * 4)) return throwProblem('invalid_value', hasMoreThan(what, most), extra);
  if (!given.isWellFormed()) return throwProblem('invalid_value', `${what} has half a character in it.`, extra);
  const checked = checkText(given.trim());
  if (!checked.ok) {
    const { character = 'U+FFFD', position } = checked.details;
    return throwProblem(
      'invalid_value',
      `${what} has the character ${character} at ${position}, which is not text.`,
      extra,
    );
  }
  if (isLongerThan(checked.value, most)) return throwProblem('invalid_value', hasMoreThan(what, most), extra);
  return checked.value;
}

const hasMoreThan = (what: string, most: number): string => `${what} has more than ${most} characters. Shorten it.`;

/**
 * As `validateText`, for names. Runs of spaces become one space. The name must not be empty, and a file must be able to
 * hold it.
 */
export function validateName(what: string, given: string): string {
  const name = tidyName(validateText(what, given, MOST_CHARACTERS.name));
  if (hasLongKey(name)) throwProblem('invalid_value', `${what} has characters that stand for many others. Shorten it.`);
  return name === '' ? throwProblem('invalid_value', `${what} is empty.`) : refuseClearMarker(what, name);
}

/**
 * Returns the text, or refuses (`invalid_value`) the word that clears a value in a file: a template could not hold it.
 */
export function refuseClearMarker(what: string, text: string, extra: Record<string, unknown> = {}): string {
  if (!isClearMarker(text)) return text;
  return throwProblem('invalid_value', `${what} cannot be #CLEAR, the word that clears a value in a file.`, extra);
}

/**
 * Returns the identity, or refuses (`invalid_value`) that of the example row in templates, because its row is skipped.
 */
export function refuseExampleIdentity(what: string, identity: string, extra: Record<string, unknown> = {}): string {
  if (!isExampleIdentity(identity)) return identity;
  return throwProblem(
    'invalid_value',
    `${what} cannot be "${identity}", which is that of the example row in templates.`,
    extra,
  );
}
