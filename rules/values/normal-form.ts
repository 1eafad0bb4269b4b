/**
 * `text.normalize(form)` in linear time. The engine sorts combining marks by insertion, which takes seconds for 100,000
 * marks after one letter. So this function sorts long runs of marks first. Such runs are rare: no language has more than a
 * few marks on a letter (Unicode's stream-safe format allows 30).
 */
export const normalized = (text: string, form: 'NFC' | 'NFKC'): string => {
  if (text.length <= LONG_RUN || !MARK.test(text)) return text.normalize(form);
  const decomposed = form === 'NFC' ? 'NFD' : 'NFKD';
  return text.replace(MARKS, (run) => (run.length > LONG_RUN ? inOrder(run, decomposed) : run)).normalize(form);
};

const LONG_RUN = 32;
/** All characters with a combining class. Two of them are letters until NFKD decomposes them. */
const MARK = /[\p{M}\uff9e\uff9f]/u;
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;

type Decomposed = 'NFD' | 'NFKD';

/** The decomposed marks of a run, sorted by combining class (stable). */
const inOrder = (run: string, form: Decomposed): string => {
  const ordered: string[] = [];
  let groups = new Map<string, string[]>();
  const takeGroups = (): void => {
    for (const one of CLASSES) for (const mark of groups.get(one) ?? NONE) ordered.push(mark);
    groups = new Map();
  };
  for (const character of run) {
    for (const { mark, ofClass } of partsOf(character, form)) {
      if (ofClass === null) {
        // A mark without a class stays in its place, and no other mark passes it.
        if (groups.size > 0) takeGroups();
        ordered.push(mark);
      } else {
        const group = groups.get(ofClass);
        if (group) group.push(mark);
        else groups.set(ofClass, [mark]);
      }
    }
  }
  takeGroups();
  return ordered.join('');
};
const NONE: readonly string[] = [];

/** A mark that does not decompose, with the mark that represents its class; null if it has no class. */
type Part = { mark: string; ofClass: string | null };
/** Cached decompositions of marks; there are some 2,500 marks. */
const PARTS: Record<Decomposed, Map<string, readonly Part[]>> = { NFD: new Map(), NFKD: new Map() };
/** One mark of each combining class seen so far, in class order; there are 55 classes. */
const CLASSES: string[] = [];

const partsOf = (character: string, form: Decomposed): readonly Part[] => {
  const known = PARTS[form].get(character);
  if (known) return known;
  const parts = Array.from(character.normalize(form), (mark) => ({ mark, ofClass: classOf(mark) }));
  PARTS[form].set(character, parts);
  return parts;
};

/** JavaScript does not expose combining classes, but `normalize` shows which of two marks goes first. */
const classOf = (mark: string): string | null => {
  if (!isAfter(mark, OF_FIRST_CLASS) && !isAfter(OF_LAST_CLASS, mark)) return null;
  let place = 0;
  for (const one of CLASSES) {
    if (isAfter(one, mark)) break;
    if (!isAfter(mark, one)) return one;
    place++;
  }
  CLASSES.splice(place, 0, mark);
  return mark;
};

const OF_FIRST_CLASS = '\u0334';
const OF_LAST_CLASS = '\u0345';
const isAfter = (mark: string, other: string): boolean =>
  (mark + other).normalize('NFD') === other + mark && mark !== other;
