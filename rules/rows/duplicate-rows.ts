/** No group: a row without that identity, or about a new user. */
export const NO_GROUP = -1;

/** The rows that may share a user with another row, in line order. Rows of one user have equal group numbers. */
export type DuplicateCandidates = {
  lines: Int32Array;
  /** Groups by equal email, by equal external id, and by the user that was found; NO_GROUP for none. */
  groups: { email: Float64Array; externalId: Float64Array; person: Float64Array };
  /** Equal for rows that mean the same. */
  fingerprints: readonly string[];
};

/** The verdict on a row: it repeats an earlier row, or it contradicts another row; and by which identity. */
export type DuplicateVerdict = {
  repeats: boolean;
  otherLine: number;
  by: 'email' | 'externalId' | 'person';
  /**
   * For a contradiction: the other identity, if the two rows differ in it. Then two people share the first identity.
   */
  differ: 'email' | 'externalId' | null;
};

/**
 * Compares rows about one user (same email, same external id, or same user found). Equal rows are applied once: every
 * later row repeats the first. Different rows contradict each other: the verdict names the first line that a row
 * contradicts. A row without duplicates has no verdict (null). The cost is that of sorting.
 */
export const resolveDuplicates = (rows: DuplicateCandidates): (DuplicateVerdict | null)[] => {
  const verdicts: Verdict[] = Array.from(rows.lines, () => ({ repeats: 0, contradicts: 0, by: null }));
  for (const kind of ['email', 'externalId', 'person'] as const) {
    const group = rows.groups[kind];
    const order = rows.lines
      .keys()
      .filter((row) => group[row] !== NO_GROUP)
      .toArray();
    order.sort((a, b) => (group[a] ?? 0) - (group[b] ?? 0) || a - b);
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && group[order[to] ?? 0] === group[order[from] ?? 0]) to++;
      if (to - from > 1) compare(rows, order.slice(from, to), kind, verdicts);
      from = to;
    }
  }
  const rowOfLine = new Map(Array.from(rows.lines, (line, row) => [line, row]));
  return verdicts.map(({ repeats, contradicts, by }, row) => {
    if (by === null || (repeats || contradicts) === 0) return null;
    const differ = repeats > 0 ? null : otherIdentity(rows, by, row, rowOfLine.get(contradicts) ?? row);
    return { repeats: repeats > 0, otherLine: repeats || contradicts, by, differ };
  });
};

/** The other identity, if both rows have it and differ in it. */
const otherIdentity = (
  { groups }: DuplicateCandidates,
  by: DuplicateVerdict['by'],
  row: number,
  other: number,
): DuplicateVerdict['differ'] => {
  if (by === 'person') return null;
  const kind = by === 'email' ? 'externalId' : 'email';
  const [one, two] = [groups[kind][row], groups[kind][other]];
  return one !== NO_GROUP && two !== NO_GROUP && one !== two ? kind : null;
};

/** Lines, 0 for none. `by`: the identity of the earliest contradiction, or else the first shared identity. */
type Verdict = { repeats: number; contradicts: number; by: DuplicateVerdict['by'] | null };

/** Finds for each row of a group, in line order, the first row that it repeats and the first that it contradicts. */
const compare = (
  { lines, fingerprints }: DuplicateCandidates,
  members: readonly number[],
  kind: DuplicateVerdict['by'],
  verdicts: Verdict[],
): void => {
  const firstAlike = new Map<string, number>();
  const first = members[0] ?? 0;
  const different = members.find((row) => fingerprints[row] !== fingerprints[first]);
  for (const row of members) {
    const one = verdicts[row];
    const fingerprint = fingerprints[row] ?? '';
    const alike = firstAlike.get(fingerprint);
    if (!one) continue;
    if (alike === undefined) firstAlike.set(fingerprint, row);
    else one.repeats = earlier(one.repeats, lines[alike] ?? 0);
    const other = fingerprint === fingerprints[first] ? different : first;
    const contradicts = other === undefined ? 0 : (lines[other] ?? 0);
    if (one.by === null || (contradicts > 0 && (one.contradicts === 0 || contradicts < one.contradicts))) one.by = kind;
    one.contradicts = earlier(one.contradicts, contradicts);
  }
};

/** The smaller of two lines; 0 is no line. */
const earlier = (a: number, b: number): number => (a === 0 ? b : b === 0 ? a : Math.min(a, b));
