/**
 * `text.normalize(form)` in linear time. The engine puts combining marks into their order by inserting each among those
 * before it, which takes seconds for 100,000 marks behind one letter; runs of marks are put into order before it sees them.
 * No language has more than a few marks on a letter (Unicode's stream-safe format allows 30), so that hardly a text has
 * such a run.
 */
export const normalized = (text: string, form: 'NFC' | 'NFKC'): string => {
  if (text.length <= LONG_RUN || !MARK.test(text)) return text.normalize(form);
  const decomposed = form === 'NFC' ? 'NFD' : 'NFKD';
  return text.replace(MARKS, (run) => (run.length > LONG_RUN ? inOrder(run, decomposed) : run)).normalize(form);
};

const LONG_RUN = 32;
/** All characters that have a place in the order of marks; two of them are letters until they are taken apart by NFKD. */
const MARK = /[\p{M}\uff9e\uff9f]/u;
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;

type Decomposed = 'NFD' | 'NFKD';

/** The marks of a run, taken apart, in the order of their combining classes; those of one class stay as they are. */
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
        // A mark without a class stays where it is, and no other one passes it.
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

/** A mark that is not put together of others, with the mark that stands for its class; null where it has none. */
type Part = { mark: string; ofClass: string | null };
/** What each mark that was met so far is made of: there are some 2,500. */
const PARTS: Record<Decomposed, Map<string, readonly Part[]>> = { NFD: new Map(), NFKD: new Map() };
/** One mark of each combining class that was met so far, in the order of the classes: there are 55. */
const CLASSES: string[] = [];

const partsOf = (character: string, form: Decomposed): readonly Part[] => {
  const known = PARTS[form].get(character);
  if (known) return known;
  const parts = Array.from(character.normalize(form), (mark) => ({ mark, ofClass: classOf(mark) }));
  PARTS[form].set(character, parts);
  return parts;
};

/** Unicode's tables of classes are not to be had in JavaScript, but which of two marks goes first is. */
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
