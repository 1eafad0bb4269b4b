/**
 * The formula guard: a text cell that a spreadsheet program would take for a formula (or for something that it eats, as
 * tab and line breaks at the beginning) gets an apostrophe in front. So does a text that begins as a guarded one would,
 * which is what makes it reversible: for every text, `unguard(guard(text)) === text`.
 */
export const guard = (text: string): string => (looksGuardable(text, 0) ? `'${text}` : text);

/** Takes one apostrophe off, exactly where `guard` would have put it; every other text is given back as it is. */
export const unguard = (text: string): string =>
  text.charCodeAt(0) === APOSTROPHE && looksGuardable(text, 1) ? text.slice(1) : text;

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

/** From `start`: any number of apostrophes, then `=`, `+`, `-`, `@`, tab, carriage return or line feed. */
const looksGuardable = (text: string, start: number): boolean => {
  let at = start;
  while (text.charCodeAt(at) === APOSTROPHE) at++;
  switch (text.charCodeAt(at)) {
    case 0x3d: // =
    case 0x2b: // +
    case 0x2d: // -
    case 0x40: // @
    case 0x09:
    case 0x0d:
    case 0x0a:
      return true;
    default:
      return false;
  }
};
