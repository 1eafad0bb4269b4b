/**
 * The formula guard. A text cell gets an apostrophe in front if a spreadsheet program would read it as a formula, or
 * would drop its first character (tab, line break). With another separator, a text inside a cell could begin a cell:
 * after `,`, `;`, tab or a line break, and spaces and quotes. Such a text gets an apostrophe too. Quotes around the
 * text do not help there, because a quote in the middle of such a cell is literal.
 *
 * A text that already looks guarded gets one more apostrophe. So the guard is reversible: for every text,
 * `unguard(guard(text)) === text`.
 */
export const guard = (text: string): string => {
  const inner = MAY_SPLIT.test(text) ? text.replace(INNER, "$1'$2") : text;
  return looksGuardable(inner, 0) ? `'${inner}` : inner;
};

/** Removes one apostrophe at exactly the places where `guard` adds one; returns every other text unchanged. */
export const unguard = (text: string): string => {
  if (!text.includes("'")) return text;
  const outer = text.charCodeAt(0) === APOSTROPHE && looksGuardable(text, 1) ? text.slice(1) : text;
  return MAY_SPLIT.test(outer) ? outer.replace(GUARDED_INNER, '$1$2') : outer;
};

/**
 * The text of a cell: without its guard, or the text that a formula such as `="0042"` shows. Exports write cells of every
 * column like this, to keep zeros. A cell whose text is such a formula is written with the guard, so `cellText(guard(text))
 * === text` for every text without outer spaces.
 */
export const cellText = (cell: string): string => textOfFormula(cell) ?? unguard(cell);

/** The text in `="…"`, with doubled quotes as single ones; null if the cell is no such formula. */
export const textOfFormula = (cell: string): string | null => {
  const first = cell.charCodeAt(0);
  // Nearly all cells begin with an ASCII letter or digit. Such a cell is not trimmed.
  if (first !== EQUALS && first > SPACE && first < END_OF_ASCII) return null;
  return TEXT_FORMULA.exec(cell.trim())?.[1]?.replaceAll('""', '"') ?? null;
};

const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;
const EQUALS = 0x3d;
const SPACE = 0x20;
const END_OF_ASCII = 0x80;
const APOSTROPHE = 0x27;

/** Characters that end a cell in some program. */
const MAY_SPLIT = /[,;\t\r\n]/;
// The beginning of a formula, also in full width for East Asian programs, after a character that ends a cell. Only such a
// character begins a match and no match contains another, so every character is visited a few times at most.
const INNER = /([,;\t\r\n][ "\u00a0]*)('*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const GUARDED_INNER = /([,;\t\r\n][ "\u00a0]*)'('*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** From `start`: any number of apostrophes, then `=`, `+`, `-`, `@`, tab, carriage return or line feed. */
const looksGuardable = (text: string, start: number): boolean => {
  let at = start;
  while (text.charCodeAt(at) === APOSTROPHE) at++;
  switch (text.charCodeAt(at)) {
    case 0x3d: // =
    case 0x2b: // +
    case 0x2d: // -
    case 0x40: // @
    case 0xff1d: // The four in full width.
    case 0xff0b:
    case 0xff0d:
    case 0xff20:
    case 0x09:
    case 0x0d:
    case 0x0a:
      return true;
    default:
      return false;
  }
};
