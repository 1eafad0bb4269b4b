/**
 * Decimal numbers as text, exact at any length: `-?(0|[1-9]\d*)(\.\d*[1-9])?`, and never `-0`. One number has one such
 * text, so that equal numbers are equal texts.
 */
export const canonical = (sign: string, whole: string, fraction: string): string => {
  const head = trimmedStart(whole) || '0';
  const tail = trimmedEnd(fraction);
  const number = tail ? `${head}.${tail}` : head;
  return sign === '-' && number !== '0' ? `-${number}` : number;
};

/** Any plain decimal text (`1000.00`, as the database writes them) in canonical form; null for other text. */
export const toCanonical = (text: string): string | null => {
  const match = PLAIN.exec(text);
  return match && canonical(match[1] ?? '', match[2] ?? '', match[3] ?? '');
};

/** Below zero, zero or above it as `a` is less than, equal to or greater than `b`; both canonical. */
export const compareDecimals = (a: string, b: string): number => {
  if (a === b) return 0;
  const aNegative = a.startsWith('-');
  if (aNegative !== b.startsWith('-')) return aNegative ? -1 : 1;
  return aNegative ? compareMagnitudes(b, a, 1) : compareMagnitudes(a, b, 0);
};

const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Compares from `start` on: the longer whole part is greater; equally long texts compare digit by digit. */
const compareMagnitudes = (a: string, b: string, start: number): number => {
  const aPoint = a.includes('.') ? a.indexOf('.') : a.length;
  const bPoint = b.includes('.') ? b.indexOf('.') : b.length;
  if (aPoint !== bPoint) return aPoint - bPoint;
  return a.slice(start) < b.slice(start) ? -1 : 1;
};

/** Loops, as patterns like `0+$` take quadratic time on hostile texts. */
const trimmedStart = (digits: string): string => {
  let at = 0;
  while (digits.charCodeAt(at) === 0x30) at++;
  return at === 0 ? digits : digits.slice(at);
};

const trimmedEnd = (digits: string): string => {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
};
