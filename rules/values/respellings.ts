import { domainToASCII, domainToUnicode } from 'node:url';
import { withoutEntities } from './html-entities.ts';
import { checkEmail, emailsIn, identityKey } from './identity.ts';
import { decodedPercent } from './inner-address.ts';
import { MOST_CHARACTERS } from './lengths.ts';
import { normalized } from './normal-form.ts';

/** The two identities of a user. Users are compared by their keys. */
export const IDENTITY_KINDS = ['email', 'externalId'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];
/** The field of a user with the comparison key of an identity. */
export const KEY_FIELDS = { email: 'emailKey', externalId: 'externalIdKey' } as const;

/**
 * The texts that an identity may have been before a spreadsheet or another program changed its spelling, in one step. Most
 * identities have none. Not for identities that a user has: `1001.0` is legal.
 *
 * - Numbers: `1001.0` and `1,001` for `1001`, with any sign between thousands.
 * - Decoration: `'0042`, `"0042"`, `“0042”`, `(0042)`, `#0042`, `ID: 0042`, `0042;`.
 * - Other characters: full-width digits, typographic dashes, the Turkish i, a domain in ASCII (`xn--`).
 */
export const respellings = (kind: IdentityKind, text: string): string[] => {
  if (text.length > LONGEST) return NONE;
  if (kind === 'externalId' && PLAIN_ID.test(text)) return NONE;
  if (kind === 'email' && PLAIN_EMAIL.test(text)) return NONE;
  const plain = plainSigns(text);
  const found =
    kind === 'email'
      ? [plain, ...domainsOf(plain), ...withoutLead(plain)]
      : [plain, ...decodedIn(plain), ...idsIn(plain)];
  const keys = new Set(['', identityKey(text)]);
  return found.filter((one) => keys.size < keys.add(identityKey(one)).size);
};

/** Whether an identity is a respelling of a user's key. */
export const isRespelling = (kind: IdentityKind, text: string, key: string | null): boolean =>
  key !== null && respellings(kind, text).some((one) => identityKey(one) === key);

/** Whether a text of digits is a key without its leading zeros; also as a number with decimals, `42.0`. */
export const isWithoutZeros = (given: string, key: string | null): boolean =>
  key?.startsWith('0') === true && digitsOfNumber(given) === key.replace(/^0+/, '');

/** The digits of an external id (by its key) that may have lost leading zeros; null if it is no such id. */
export const digitsOfNumber = (key: string): string | null => WITHOUT_ZEROS.exec(key)?.[1] ?? null;

/** All keys for which `digitsOfNumber` returns these digits, as spreadsheet programs write them. */
export const numbersWithDigits = (digits: string): string[] => [digits, `${digits}.0`, `${digits},0`, `${digits}.00`];

const NONE: string[] = [];
/** An identity with decoration of the same length. */
const LONGEST = 2 * MOST_CHARACTERS.external_id;
const WITHOUT_ZEROS = /^([1-9][0-9]*)(?:[.,]0{1,2})?$/;
const PLAIN_ID = /^[A-Za-z0-9_-]+$/;
/** Only ASCII, and no domain in IDNA form (`xn--`). */
const PLAIN_EMAIL = /^(?!.*xn--)[A-Za-z0-9][ -.0-<>-{}~]*$/i;

/** Replaces compatibility forms (full-width digits, special spaces), typographic dashes and quotes, and the Turkish i. */
const plainSigns = (text: string): string =>
  // Apostrophes first, because NFKC decomposes an acute accent.
  normalized(text.replace(APOSTROPHES, "'"), 'NFKC')
    .replaceAll('\u0130', 'I')
    .replaceAll('i\u0307', 'i')
    .replaceAll('\u0131', 'i')
    .replace(DASHES, '-');
const DASHES = /[\u2010-\u2015\u2212]/g;
const APOSTROPHES = /[\u2018\u2019\u02bc\u2032\u00b4\u0060]/g;

const domainsOf = (email: string): string[] => {
  const at = email.lastIndexOf('@') + 1;
  if (at === 0) return NONE;
  const [local, domain] = [email.slice(0, at), email.slice(at)];
  return [domainToASCII(domain), domainToUnicode(domain)].flatMap((other) => (other ? [local + other] : []));
};

/** `#anna@example.com`, `=anna@example.com` and `email=anna@example.com` are valid addresses, but unlikely ones. */
const withoutLead = (email: string): string[] => {
  const at = email.lastIndexOf('@');
  let from = 0;
  while (from < at && !LETTER.test(email.charAt(from))) from++;
  let to = at;
  while (to > from && !BEFORE_NAME.includes(email.charAt(to - 1))) to--;
  return at < 0 || from === at || to === at ? NONE : [email.slice(from), email.slice(Math.max(from, to))];
};
const LETTER = /[\p{L}\p{N}]/u;
const BEFORE_NAME = '=/|';

/** `A&amp;B`, `A%20B`, `0042&nbsp;`, and runs of spaces that another program joined. */
const decodedIn = (text: string): string[] =>
  [withoutEntities(text), decodedPercent(text), text.replace(SPACES, ' ')].flatMap((one) => (one ? [one.trim()] : []));
const SPACES = / {2,}/g;

const idsIn = (plain: string): string[] => {
  const bare = withoutMarks(plain);
  const behindWord = WORD_BEFORE.exec(bare)?.[1];
  const whole = behindWord === undefined ? [bare] : [bare, withoutMarks(behindWord)];
  return [...whole, ...whole.flatMap(numbersIn)];
};

/** `+1001`, `1001.0`, `1001,00`, `1,001`, `1.001,00`, `1 001`, `1'001`, `10,01,001`. */
const numbersIn = (text: string): string[] => {
  const found: string[] = [];
  const decimals = DECIMALS.exec(text)?.[1];
  if (decimals !== undefined) found.push(decimals);
  for (const number of decimals === undefined ? [text] : [text, decimals])
    if (GROUPED.test(number)) found.push(number.replace(NOT_DIGIT, ''));
  if (SIGNED.test(text)) found.push(text.slice(1));
  return found;
};
const DECIMALS = /^(.*[0-9])[.,]0+$/;
const GROUPED = /^[0-9]{1,3}(?:([.,' \u00b7\u066c])[0-9]{2,3})(?:\1[0-9]{2,3})*$/;
const NOT_DIGIT = /[^0-9]/g;
const SIGNED = /^\+[0-9]+$/;
const WORD_BEFORE = /^(?:id|nr|no)[\s:=.#]+(.+)$/i;

/** Loops: a pattern anchored at the end is tried at every position and takes quadratic time. */
const withoutMarks = (text: string): string => {
  let from = 0;
  let to = text.length;
  while (from < to && MARKS.includes(text.charAt(from))) from++;
  while (to > from && MARKS.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
};
const MARKS = ' \t\'"=#;,.:|*()[]{}<>\u201c\u201d\u201e\u201a\u201b\u00ab\u00bb\u2039\u203a';

/** The zeros that an id of eight digits can have lost; eight is the usual length of a personnel number. */
const ZEROS = [1, 2, 3, 4, 5, 6, 7].map((many) => '0'.repeat(many));

/** The identities that an unknown reference may mean: respelled, with leading zeros, or an email in decoration. */
export const candidatesOf = (name: string): { kind: IdentityKind; text: string }[] => {
  if (name.length > LONGEST) return [];
  const digits = digitsOfNumber(name);
  const ids = [...respellings('externalId', name), ...(digits ? ZEROS.map((zeros) => zeros + digits) : [])];
  const emails = checkEmail(name).ok ? respellings('email', name) : emailsIn(name);
  return [
    ...ids.map((text) => ({ kind: 'externalId' as const, text })),
    ...emails.map((text) => ({ kind: 'email' as const, text })),
  ];
};
