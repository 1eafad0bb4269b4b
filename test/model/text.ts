/** How texts are compared and shown. */

const OUTER = ' \t\r\n\u00a0';

export function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && OUTER.includes(text.charAt(from))) from++;
  while (to > from && OUTER.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Emails and external ids: without regard to case and outer spaces. */
export const sameIdentity = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && trim(one).toLowerCase() === trim(other).toLowerCase();

/** Names of attributes, segments and headers: also in NFC, and runs of spaces count as one. */
export const nameKey = (name: string): string =>
  trim(name)
    .split(/[\s\u00a0]+/)
    .join(' ')
    .normalize('NFC')
    .toLowerCase();

/** What a cell says: `="x"` is x, with quotes inside that are doubled; else the text without its guard. */
export function saidIn(cell: string): string {
  const given = trim(cell);
  if (!given.startsWith('="') || !given.endsWith('"') || given.length < 3) return withoutGuard(given);
  const quoted = given.slice(2, -1).replaceAll('""', '\0');
  return quoted.includes('"') ? withoutGuard(given) : quoted.replaceAll('\0', '"');
}

/** A text cell without the sign that guards a formula, where one was put. */
export function withoutGuard(text: string): string {
  if (!text.startsWith("'")) return text;
  let at = 0;
  while (text.charAt(at) === "'") at++;
  const next = text.charAt(at);
  return next !== '' && '=+-@\t\r\n'.includes(next) ? text.slice(1) : text;
}
