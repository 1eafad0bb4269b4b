/** The expected counts of an upload that deletes missing users. */
export type ExpectedCounts = {
  created: number;
  updated: number;
  unchanged: number;
  deleted: number;
  restored: number;
  active: number;
};

/**
 * Stores every user's line from one file to the next, and computes what each file changes: slow and obvious. A missing
 * user is deleted, and a later file that contains the user restores the user.
 */
export function createExpectedCounts(): { next: (csv: Iterable<string>) => ExpectedCounts } {
  let active = new Map<string, string>();
  const gone = new Set<string>();
  return {
    next: (csv) => {
      const now = new Map<string, string>();
      const found = { created: 0, updated: 0, unchanged: 0, deleted: 0, restored: 0 };
      for (const line of rowsOf(csv)) {
        const email = line.slice(0, line.indexOf(';'));
        const before = active.get(email);
        now.set(email, line);
        if (before === line) found.unchanged++;
        else if (before !== undefined) found.updated++;
        else if (gone.delete(email)) {
          found.restored++;
          found.updated++;
        } else found.created++;
      }
      for (const email of active.keys()) {
        if (now.has(email)) continue;
        gone.add(email);
        found.deleted++;
      }
      active = now;
      return { ...found, active: now.size };
    },
  };
}

/** The rows below the header; each piece ends with a whole line. */
function* rowsOf(csv: Iterable<string>): Generator<string> {
  let isHeader = true;
  for (const piece of csv) {
    for (const line of piece.split('\r\n')) {
      if (!isHeader && line !== '') yield line;
      isHeader = false;
    }
  }
}
