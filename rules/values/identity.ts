import { domainToASCII } from 'node:url';
import type { EmailReason } from '../findings/details.ts';
import type { CheckResult } from '../findings/findings.ts';
import { addressesIn, decodedPercent } from './inner-address.ts';
import { isNoIdentity } from './special-words.ts';
import { forbidden, INVISIBLE, toNfc } from './text.ts';
import { isTotalLine } from './total-line.ts';

/**
 * Checks a trimmed email address by the rule of browsers (WHATWG HTML, "valid e-mail address"), with two extensions for
 * internationalised addresses: a domain is checked in its ASCII form (IDNA), and letters and digits of any script are
 * allowed before the @ (RFC 6531). Three restrictions, which fit every address of a person: the domain has a dot, no
 * quote stands in front, and no character is percent-encoded (`%40`). Lengths are counted in bytes, as by mail servers.
 * The value is the given spelling (NFC). If the text holds one address and only decoration, `suggested` is that
 * address.
 */
export const checkEmail = (text: string): CheckResult<string> => {
  if (isPlainEmail(text)) return { ok: true, value: text };
  const hidden = text.search(HIDDEN);
  if (hidden >= 0 && !PLAIN_SPACE.test(text.charAt(hidden)))
    return { ok: false, ...withSuggestion(forbidden(text, hidden), meantAddress(text)) };
  const address = toNfc(text);
  const reason = whyNoEmail(address);
  if (!reason) return { ok: true, value: address };
  const suggested = reason === 'too_long' ? undefined : meantAddress(address);
  return { ok: false, code: 'EMAIL_INVALID', details: suggested === undefined ? { reason } : { reason, suggested } };
};

/** The addresses inside a text that is no address. */
export const emailsIn = (text: string): string[] => innerAddresses(text).map(({ address }) => address);

/** The only address that an invalid text can mean; undefined if there is none, or any other text beside it. */
const meantAddress = (text: string): string | undefined => {
  // A cell with several lines may hold rows.
  if (LINE_BREAK.test(text)) return undefined;
  const [only, ...others] = innerAddresses(text);
  return only?.isAll && others.length === 0 ? only.address : undefined;
};

const LINE_BREAK = /[\r\n]/;

const innerAddresses = (text: string) =>
  addressesIn(text, (inner) => isPlainEmail(inner) || whyNoEmail(inner) === null);

/**
 * Checks a trimmed external id, or a reference by an external id or email: any visible text. With invisible characters,
 * two ids could look alike. A number in scientific notation is a long id that a spreadsheet program has shortened. An
 * error word (`#N/A`) is no identity.
 */
export const checkExternalId = (text: string): CheckResult<string> => {
  const hidden = text.search(HIDDEN);
  if (hidden >= 0) {
    const visible = visibleOf(text);
    const found = forbidden(text, hidden);
    return { ok: false, ...withSuggestion(found, HIDDEN.test(visible) ? undefined : visible) };
  }
  if (isNoIdentity(text)) return { ok: false, code: 'NO_IDENTITY', details: { word: text } };
  if (SCIENTIFIC.test(text)) return { ok: false, code: 'SCIENTIFIC_NOTATION', details: {} };
  return { ok: true, value: toNfc(text) };
};

/** The form in which identities are compared. It agrees with `fold` of the database, which decides. */
export const identityKey = (text: string): string => text.trim().toLowerCase();

/** A text without zero-width characters, which no identity has. */
export const visibleOf = (text: string): string => toNfc(text.replace(ANY_INVISIBLE, '').trim());

/** Adds the meant text to a finding about a hidden character. */
const withSuggestion = (found: ReturnType<typeof forbidden>, suggested: string | undefined) =>
  suggested ? { code: found.code, details: { ...found.details, suggested } } : found;

/** RFC 5321: a path of 256 with its angle brackets, and a local part of 64. */
const MAX_BYTES = 254;
const MAX_LOCAL_BYTES = 64;

/** Whether a text is an address of ASCII only. Nearly all addresses are. */
const isPlainEmail = (text: string): boolean =>
  VALID.test(text) &&
  text.length <= MAX_BYTES &&
  text.indexOf('@') <= MAX_LOCAL_BYTES &&
  text.includes('.', text.indexOf('@')) &&
  !QUOTES.includes(text.charAt(0)) &&
  decodedPercent(text) === null;

const VALID =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/** Legal in front of an address, but in practice the mark by which spreadsheet programs make a cell a text. */
const QUOTES = "'`";

/** Control characters, U+FFFD, zero-width characters and changes of text direction. */
const HIDDEN = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f\\ufffd${INVISIBLE}]`);
const ANY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'g');
/** Two addresses in one cell get their own reason, not that of a control character. */
const PLAIN_SPACE = /[\n\r\t]/;
/** Java writes no sign: `1.2345678E7`. An id like `5E10` has no decimals. */
const SCIENTIFIC = /^\d(?:[.,]\d+[eE][+-]?|[eE]\+)\d+$/;
/** The characters that browsers allow before the @, and letters, digits and marks beyond ASCII. */
const LOCAL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\p{L}\p{N}\p{M}-]+$/u;

/** Characters that no domain has: those that end the host of a link, and typographic quotes. */
const NOT_IN_DOMAIN = /[/?#\\\u2018-\u201f]/;

/** Why a text in NFC is no address; null if it is an address. */
const whyNoEmail = (text: string): EmailReason | null => {
  const at = text.lastIndexOf('@');
  const reason = decodedPercent(text) === null ? whyNot(text, at) : 'percent';
  if (reason) return reason;
  const written = text.slice(at + 1);
  // `domainToASCII` would silently cut off the rest of a link after its host: `acme.test/`.
  if (NOT_IN_DOMAIN.test(written)) return 'not_a_domain';
  const domain = domainToASCII(written);
  if (!VALID.test(`a@${domain}`)) return 'not_a_domain';
  if (!domain.includes('.')) return 'no_dot';
  return Buffer.byteLength(text.slice(0, at + 1)) + domain.length > MAX_BYTES ? 'too_long' : null;
};

const whyNot = (text: string, at: number): EmailReason | null => {
  if (at < 0) return isTotalLine(text) ? 'total' : 'no_at';
  if (/[;,]|\s/.test(text)) return text.indexOf('@') === at ? 'space_in_it' : 'several';
  if (at === 0) return 'nothing_before';
  if (QUOTES.includes(text.charAt(0))) return 'quoted';
  if (at === text.length - 1) return 'nothing_after';
  if (text.indexOf('@') !== at) return 'several_ats';
  const local = text.slice(0, text.indexOf('@'));
  if (!LOCAL.test(local)) return 'sign_before';
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES) return 'long_before';
  if (Buffer.byteLength(text) > MAX_BYTES) return 'too_long';
  return null;
};
