import { domainToASCII } from 'node:url';
import type { CheckResult, EmailReason } from '../findings/findings.ts';
import { isNoIdentity } from './error-words.ts';
import { addressesIn, decodedPercent } from './inner-address.ts';
import { forbidden, INVISIBLE, toNfc } from './text.ts';
import { isTotalLine } from './total-line.ts';

/**
 * Checks a trimmed email address by the rule that browsers use (WHATWG HTML, "valid e-mail address"), widened to
 * internationalised addresses: a domain is taken in its ASCII form (IDNA), and before the @ letters and digits of any
 * script are allowed (RFC 6531). It is narrower in three points, which no address of a person needs: the domain has a dot,
 * no quote stands in front, and no sign is written as in a web address (`%40`). Lengths are counted in bytes, as mail
 * servers do. Gives the spelling as it came (NFC). If the text holds one address and else only decoration, `suggested` has
 * that address.
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

/** The addresses that stand in a text that is no address. */
export const emailsIn = (text: string): string[] => innerAddresses(text).map(({ address }) => address);

/** The one address that a text can mean that is no address; undefined if there is none, or anything else beside it. */
const meantAddress = (text: string): string | undefined => {
  // A cell with several lines may have taken rows in.
  if (LINE_BREAK.test(text)) return undefined;
  const [only, ...others] = innerAddresses(text);
  return only?.isAll && others.length === 0 ? only.address : undefined;
};

const LINE_BREAK = /[\r\n]/;

const innerAddresses = (text: string) =>
  addressesIn(text, (inner) => isPlainEmail(inner) || whyNoEmail(inner) === null);

/**
 * Checks a trimmed external id, or the cell that names another person by one (or by an email): any visible text. What
 * cannot be seen would make two ids that look alike; a number in scientific notation is what a spreadsheet program leaves
 * of a long id. An error word (`#N/A`) is no identity.
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

/** What two identities are compared by. The database's `fold` decides in the end; this agrees with it. */
export const identityKey = (text: string): string => text.trim().toLowerCase();

/** A text without the characters that have no width; no identity has any. */
export const visibleOf = (text: string): string => toNfc(text.replace(ANY_INVISIBLE, '').trim());

/** Puts the text that is meant into a finding on a hidden character. */
const withSuggestion = (found: ReturnType<typeof forbidden>, suggested: string | undefined) =>
  suggested ? { code: found.code, details: { ...found.details, suggested } } : found;

/** RFC 5321: a path of 256 with its angle brackets, and a local part of 64. */
const MAX_BYTES = 254;
const MAX_LOCAL_BYTES = 64;

/** An address of ASCII alone, which nearly all are. */
const isPlainEmail = (text: string): boolean =>
  VALID.test(text) &&
  text.length <= MAX_BYTES &&
  text.indexOf('@') <= MAX_LOCAL_BYTES &&
  text.includes('.', text.indexOf('@')) &&
  !QUOTES.includes(text.charAt(0)) &&
  decodedPercent(text) === null;

const VALID =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/** Legal in front of an address, but what stands there is the mark by which spreadsheet programs make a text of a cell. */
const QUOTES = "'`";

/** Control characters, U+FFFD, and what has no width or turns the direction of text. */
const HIDDEN = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f\\ufffd${INVISIBLE}]`);
const ANY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'g');
/** Two addresses in one cell are better told so than as a control character. */
const PLAIN_SPACE = /[\n\r\t]/;
/** Java writes no sign: `1.2345678E7`. An id like `5E10` has no decimals. */
const SCIENTIFIC = /^\d(?:[.,]\d+[eE][+-]?|[eE]\+)\d+$/;
/** What the browsers' rule allows before the @, and beyond ASCII letters, digits and the marks on them. */
const LOCAL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\p{L}\p{N}\p{M}-]+$/u;

/** Signs that end the host of a link, and typographic quotes, which no domain has. */
const NOT_IN_DOMAIN = /[/?#\\\u2018-\u201f]/;

/** Why a text in NFC is no address; null: it is one. */
const whyNoEmail = (text: string): EmailReason | null => {
  const at = text.lastIndexOf('@');
  const reason = decodedPercent(text) === null ? whyNot(text, at) : 'percent';
  if (reason) return reason;
  const written = text.slice(at + 1);
  // What a link has behind its host is cut off without a word: `acme.test/`.
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
