import type { FindingCode, FindingDetails } from './catalogue.ts';
import type { Details } from './details.ts';

/**
 * A finding: one thing to say about a file, a row or a cell. A finding is data, never an exception. Only its code and
 * details are stored. describe-finding.ts makes the sentences when a finding is read, so texts can change and be translated.
 */
export type Finding = {
  /** Physical line of the uploaded file (the header is 1); null if the finding is about the whole file. */
  line: number | null;
  code: FindingCode;
  /** Built-in header, attribute name, or the file's own header, cut; null if the finding is about the row or the file. */
  column: string | null;
  /** The cell as given, without the spaces around it, cut at MAX_VALUE_CHARACTERS. */
  value: string | null;
  details: Details;
};

/** The result of checking one value: the value to store, or the error. */
export type CheckResult<T> = { ok: true; value: T } | { ok: false; code: FindingCode; details: Details };

/** Enough to recognise the cell. */
export const MAX_VALUE_CHARACTERS = 200;

/** Makes a finding that can be stored: cuts the value and writes U+2400 for U+0000. */
export const finding = <C extends FindingCode>(
  line: number | null,
  code: C,
  column: string | null = null,
  value: string | null = null,
  details?: FindingDetails[C] | Details,
): Finding => ({
  line,
  code,
  column: column === null ? null : excerpt(column),
  value: value === null ? null : excerpt(value),
  details: (details ?? {}) as Details,
});

/** The beginning of a text as findings show it, without outer spaces. */
export const excerpt = (text: string): string => cut(storable(text.trim()));

/** Writes U+2400 for U+0000, which PostgreSQL text cannot hold and which is not visible. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\u2400') : text);

/** Cuts at MAX_VALUE_CHARACTERS, never inside a surrogate pair: half a pair cannot be stored. */
const cut = (value: string): string => {
  if (value.length <= MAX_VALUE_CHARACTERS) return value;
  const last = value.charCodeAt(MAX_VALUE_CHARACTERS - 1);
  const inPair = last >= 0xd800 && last <= 0xdbff;
  return value.slice(0, inPair ? MAX_VALUE_CHARACTERS - 1 : MAX_VALUE_CHARACTERS);
};
