import { domainToASCII } from 'node:url';
import type { Checked } from './findings.ts';
import { forbidden, toNfc } from './text.ts';

/**
 * Checks a trimmed email address by the rule that browsers use (WHATWG HTML, "valid e-mail address"), to which an
 * internationalised domain is taken in its ASCII form. Gives the spelling as it came (NFC).
 */
export const checkEmail = (text: string): Checked<string> => {
  if (VALID.test(text) && text.length <= MAX_CHARACTERS && text.indexOf('@') <= MAX_LOCAL_CHARACTERS) {
    return { ok: true, value: text };
  }
  const hidden = text.search(HIDDEN);
  if (hidden >= 0 && !PLAIN_SPACE.test(text.charAt(hidden))) return { ok: false, ...forbidden(text, hidden) };
  const at = text.lastIndexOf('@');
  const reason = whyNot(text, at);
  if (reason) return invalid(reason);
  const ascii = text.slice(0, at + 1) + domainToASCII(text.slice(at + 1));
  if (!VALID.test(ascii)) return invalid('what stands after the @ is not a domain');
  if (ascii.length > MAX_CHARACTERS) return invalid(TOO_LONG);
  return { ok: true, value: toNfc(text) };
};

/**
 * Checks a trimmed external id: any visible text. What cannot be seen would make two ids that look alike; a number in
 * scientific notation is what a spreadsheet program leaves of a long id.
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
const MAX_CHARACTERS = 254;
const MAX_LOCAL_CHARACTERS = 64;
const TOO_LONG = `it has more than ${MAX_CHARACTERS} characters`;

const VALID =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** Control characters, U+FFFD, soft hyphen, and what has no width or turns the direction of text. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]/;
/** Two addresses in one cell are better told so than as a control character. */
const PLAIN_SPACE = /[\n\r\t]/;
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+\d+$/;
const NOT_ASCII = /[^ -~]/;

const whyNot = (text: string, at: number): string | null => {
  if (at < 0) return 'it has no @';
  if (/[;,]|\s/.test(text))
    return text.indexOf('@') === at ? 'it has a space, comma or semicolon in it' : 'there is more than one address';
  if (at === 0) return 'nothing stands before the @';
  if (at === text.length - 1) return 'nothing stands after the @';
  if (text.indexOf('@') !== at) return 'it has more than one @';
  const local = text.slice(0, at);
  if (NOT_ASCII.test(local)) return 'letters before the @ must be a to z, without accents';
  if (at > MAX_LOCAL_CHARACTERS) return `more than ${MAX_LOCAL_CHARACTERS} characters stand before the @`;
  if (text.length > MAX_CHARACTERS) return TOO_LONG;
  return null;
};

const invalid = (reason: string): Checked<string> => ({ ok: false, code: 'EMAIL_INVALID', details: { reason } });
