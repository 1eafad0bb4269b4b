/**
 * The formula guard: a text cell that a spreadsheet program would take for a formula (or for something that it eats, as
 * tab and line breaks at the beginning) gets an apostrophe in front. So does each place inside of a text that begins a cell
 * if the file is opened with another separator than ours: behind `,`, `;`, tab or a line break, and spaces and quotes after
 * that. To put the text in quotes is no help there: a quote in the middle of such a cell is a letter.
 *
 * A text that begins, or goes on, as a guarded one would gets one more apostrophe, which is what makes the guard
 * reversible: for every text, `unguard(guard(text)) === text`.
 */
export const guard = (text: string): string => {
  const inner = MAY_SPLIT.test(text) ? text.replace(INNER, "$1'$2") : text;
  return looksGuardable(inner, 0) ? `'${inner}` : inner;
};

/** Takes one apostrophe off, exactly where `guard` would have put one; every other text is given back as it is. */
export const unguard = (text: string): string => {
  if (!text.includes("'")) return text;
  const outer = text.charCodeAt(0) === APOSTROPHE && looksGuardable(text, 1) ? text.slice(1) : text;
  return MAY_SPLIT.test(outer) ? outer.replace(GUARDED_INNER, '$1$2') : outer;
};

/**
 * What a cell of a file says: the text without its guard, or the text that a formula such as `="0042"` shows. Exports write
 * cells of every column so, to keep zeros. A cell that means these signs themselves is written with the guard, so
 * `cellText(guard(text)) === text` for every text without outer spaces.
 */
export const cellText = (cell: string): string => textOfFormula(cell) ?? unguard(cell);

/** The text in `="…"`, with doubled quotes as one; null if the cell is no such formula. */
export const textOfFormula = (cell: string): string | null => {
  const first = cell.charCodeAt(0);
  // Nearly all cells begin with a letter or digit of ASCII: only these are not trimmed.
  if (first !== EQUALS && first > SPACE && first < END_OF_ASCII) return null;
  return TEXT_FORMULA.exec(cell.trim())?.[1]?.replaceAll('""', '"') ?? null;
};

const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;
const EQUALS = 0x3d;
const SPACE = 0x20;
const END_OF_ASCII = 0x80;
const APOSTROPHE = 0x27;

/** A sign that ends a cell in some program. */
const MAY_SPLIT = /[,;\t\r\n]/;
// What begins a formula, in East Asian spreadsheet programs in full width too, behind a sign that ends a cell. Only such a
// sign begins a match and none stands inside of one, so that every character is looked at a few times at most.
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
