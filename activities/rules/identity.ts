import { domainToASCII } from 'node:url';
import type { Checked, EmailReason } from './findings.ts';
import { forbidden, INVISIBLE, toNfc } from './text.ts';
import { isTotal } from './total-line.ts';

/**
 * Checks a trimmed email address by the rule that browsers use (WHATWG HTML, "valid e-mail address"), widened to
 * internationalised addresses: a domain is taken in its ASCII form (IDNA), and before the @ letters and digits of any
 * script are allowed (RFC 6531). Lengths are counted in bytes, as mail servers do. Gives the spelling as it came (NFC).
 */
export const checkEmail = (text: string): Checked<string> => {
  if (VALID.test(text) && text.length <= MAX_BYTES && text.indexOf('@') <= MAX_LOCAL_BYTES) {
    return { ok: true, value: text };
  }
  const hidden = text.search(HIDDEN);
  if (hidden >= 0 && !PLAIN_SPACE.test(text.charAt(hidden))) return { ok: false, ...forbidden(text, hidden) };
  const address = toNfc(text);
  const at = address.lastIndexOf('@');
  const reason = whyNot(address, at);
  if (reason) return invalid(reason, innerAddress(address));
  const domain = domainToASCII(address.slice(at + 1));
  if (!VALID.test(`a@${domain}`)) return invalid('not_a_domain', innerAddress(address));
  if (Buffer.byteLength(address.slice(0, at + 1)) + domain.length > MAX_BYTES) return invalid('too_long');
  return { ok: true, value: address };
};

/**
 * Checks a trimmed external id, or the cell that names another person by one (or by an email): any visible text. What
 * cannot be seen would make two ids that look alike; a number in scientific notation is what a spreadsheet program leaves
 * of a long id.
 */
export const checkExternalId = (text: string): Checked<string> => {
  const hidden = text.search(HIDDEN);
  if (hidden >= 0) return { ok: false, ...forbidden(text, hidden) };
  if (SCIENTIFIC.test(text)) return { ok: false, code: 'SCIENTIFIC_NOTATION', details: {} };
  return { ok: true, value: toNfc(text) };
};

/** What two identities are compared by. The database's `fold` decides in the end; this agrees with it. */
export const identityKey = (text: string): string => text.trim().toLowerCase();

/** RFC 5321: a path of 256 with its angle brackets, and a local part of 64. */
const MAX_BYTES = 254;
const MAX_LOCAL_BYTES = 64;

const VALID =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** Control characters, U+FFFD, and what has no width or turns the direction of text. */
const HIDDEN = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f\\ufffd${INVISIBLE}]`);
/** Two addresses in one cell are better told so than as a control character. */
const PLAIN_SPACE = /[\n\r\t]/;
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+\d+$/;
/** What the browsers' rule allows before the @, and beyond ASCII letters, digits and the marks on them. */
const LOCAL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\p{L}\p{N}\p{M}-]+$/u;

const whyNot = (text: string, at: number): EmailReason | null => {
  if (at < 0) return isTotal(text) ? 'total' : 'no_at';
  if (/[;,]|\s/.test(text)) return text.indexOf('@') === at ? 'space_in_it' : 'several';
  if (at === 0) return 'nothing_before';
  if (at === text.length - 1) return 'nothing_after';
  if (text.indexOf('@') !== at) return 'several_ats';
  const local = text.slice(0, text.indexOf('@'));
  if (!LOCAL.test(local)) return 'sign_before';
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES) return 'long_before';
  if (Buffer.byteLength(text) > MAX_BYTES) return 'too_long';
  return null;
};

/** The one address in `Anna <anna@example.com>`, `mailto:anna@example.com` or `anna@example.com.`. */
const innerAddress = (text: string): string | undefined => {
  const inner = withoutSignsBehind((/<([^<>]+)>$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, ''));
  return VALID.test(inner) && inner !== text ? inner : undefined;
};

/** A loop: a pattern for what ends a text is tried at every place of it, and takes quadratic time. */
const withoutSignsBehind = (text: string): string => {
  let end = text.length;
  while (end > 0 && BEHIND.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
};
const BEHIND = /[.,;:>\s]/;

const invalid = (reason: EmailReason, suggested?: string): Checked<string> => ({
  ok: false,
  code: 'EMAIL_INVALID',
  details: suggested === undefined ? { reason } : { reason, suggested },
});
