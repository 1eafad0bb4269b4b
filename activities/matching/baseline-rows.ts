import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions } from '../../db/client.ts';
import {
  type BaselinePage,
  findBaseline,
  lastBaselineLine,
  PAGE_LINES,
  readBaselinePage,
  saveRowContext,
  type UnchangedRow,
} from '../../db/plan/baseline-rows.ts';
import { referenceAttributes } from '../../db/plan/reference-edges.ts';
import { GrowableArray } from '../collections/growable-array.ts';
import { ABSENT, type Hash, Hash64Table } from '../collections/hash-table.ts';
import type { StageDeps } from '../stage-runner/stage.ts';

/** The rows of the baseline that count as unchanged if they come again. Each has a number. */
export type BaselineRows = {
  size: number;
  /** The baseline row with this hash of its bytes (32 hexadecimal digits), or ABSENT. */
  find(hash: string): number;
  userIdOf(row: number): number;
  /** The plan row for a row of this file that is unchanged. */
  rowOf(row: number, line: number): UnchangedRow;
};

/**
 * Reads the rows of the baseline that were accepted under this parsing context, and saves the context. The result is
 * empty if there is no such baseline, or if `readEveryRow` switches unchanged rows off.
 */
export async function openBaseline(deps: StageDeps, edit: ClaimedMassEdit, context: string): Promise<BaselineRows> {
  const inTransaction = organizationTransactions(deps.db, edit.organizationId);
  const baseline = await inTransaction(async (tx) => {
    await saveRowContext(tx, edit, context);
    return deps.readEveryRow ? null : findBaseline(tx, edit, context);
  });
  return baseline === null ? NO_BASELINE : readBaselineRows(baselinePages(inTransaction, edit, baseline));
}

/** No row is unchanged. */
export const NO_BASELINE: BaselineRows = {
  size: 0,
  find: () => ABSENT,
  userIdOf: throwAbsent,
  rowOf: throwAbsent,
};

function throwAbsent(): never {
  throw new Error('The baseline has no such row');
}

const HASH_BYTES = 16;

/** Keeps 128 bits of each hash. One half finds a row, and the other half must be equal. */
async function readBaselineRows(from: AsyncIterable<BaselinePage>): Promise<BaselineRows> {
  const index = new Hash64Table();
  const columns = {
    ...{ people: new GrowableArray(), versions: new GrowableArray() },
    ...{ membershipVersions: new GrowableArray(), namedAs: new GrowableArray() },
  };
  const slice = createTimeSlice();
  const pages: Uint8Array[] = [];
  let size = 0;
  for await (const page of from) {
    for (const column of COLUMNS) columns[column].push(page[column]);
    pages.push(page.hashes);
    const view = new DataView(page.hashes.buffer, page.hashes.byteOffset, page.hashes.byteLength);
    for (let at = 0; at < page.hashes.length; at += HASH_BYTES)
      index.insertIfAbsent({ high: view.getUint32(at), low: view.getUint32(at + 4) }, size++);
    if (slice.isOver()) await slice.yieldToOthers();
  }
  const hashes = Buffer.concat(pages);
  const users = columns.people.values();
  const [versions, membershipVersions, namedAs] = [columns.versions, columns.membershipVersions, columns.namedAs].map(
    (list) => Int32Array.from(list.values()),
  );
  const hashAt = (row: number, from: number): string =>
    hashes.toString('hex', row * HASH_BYTES + from, (row + 1) * HASH_BYTES);
  return {
    size,
    find: (hash) => {
      const row = index.get(firstHalf(hash));
      return row !== ABSENT && hashAt(row, HASH_BYTES / 2) === hash.slice(HASH_BYTES) ? row : ABSENT;
    },
    userIdOf: (row) => users[row] ?? 0,
    rowOf: (row, line) => {
      const membershipVersion = membershipVersions?.[row] ?? ABSENT;
      return {
        ...{ line, userId: users[row] ?? 0, version: versions?.[row] ?? 0, referencesVersion: namedAs?.[row] ?? 0 },
        membershipVersion: membershipVersion === ABSENT ? null : membershipVersion,
        hash: hashAt(row, 0),
      };
    },
  };
}

const COLUMNS = ['people', 'versions', 'membershipVersions', 'namedAs'] as const;

const firstHalf = (hash: string): Hash => ({
  high: Number.parseInt(hash.slice(0, 8), 16),
  low: Number.parseInt(hash.slice(8, 16), 16),
});

/** The pages of the baseline. Two are read at a time, because PostgreSQL uses one core for each query. */
async function* baselinePages(
  inTransaction: ReturnType<typeof organizationTransactions>,
  edit: ClaimedMassEdit,
  baseline: number,
): AsyncGenerator<BaselinePage> {
  const last = await inTransaction((tx) => lastBaselineLine(tx, baseline));
  const attributeIds = (await inTransaction((tx) => referenceAttributes(tx, edit))).map(({ id }) => id);
  const begun: Promise<BaselinePage>[] = [];
  for (let after = 0; after < last || begun.length > 0; ) {
    for (; after < last && begun.length < 2; after += PAGE_LINES) {
      const from = after;
      const page = inTransaction((tx) => readBaselinePage(tx, baseline, from, attributeIds));
      // A failure is thrown to the reader of the page. If an earlier page has failed, there is none.
      page.catch(() => {});
      begun.push(page);
    }
    const page = await begun.shift();
    if (page) yield page;
  }
}
