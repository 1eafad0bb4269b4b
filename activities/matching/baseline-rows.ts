import { createTimeSlice } from '../../csv/turns.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization, organizationTransactions } from '../../db/client.ts';
import {
  type BaselinePage,
  findBaseline,
  lastBaselineLine,
  PAGE_LINES,
  readBaselinePage,
  type UnchangedRow,
} from '../../db/plan/baseline-rows.ts';
import { referenceAttributes } from '../../db/plan/reference-edges.ts';
import { GrowableArray } from '../collections/growable-array.ts';
import { ABSENT, type Hash, Hash64Table } from '../collections/hash-table.ts';
import { prefetch } from '../stage-runner/prefetch.ts';
import type { StageDeps } from '../stage-runner/stage.ts';

/** The rows of the baseline. Each has a number. */
export type BaselineRows = {
  /** The baseline row with this hash of its bytes (32 hexadecimal digits), or ABSENT. */
  find(hash: string): number;
  userIdOf(row: number): number;
  /** The plan row for a row of this file that is unchanged. */
  rowOf(row: number, line: number): UnchangedRow;
};

const HASH_BYTES = 16;

export type BaselinePrefetch = { baseline: number | null; rows: Promise<BaselineRows | null> };

/**
 * Starts to read the baseline while the file is inspected. It is not known yet whether this file has the same parsing
 * context as the baseline; mostly it has.
 */
export async function prefetchBaseline(deps: StageDeps, edit: ClaimedMassEdit): Promise<BaselinePrefetch> {
  const baseline = await inOrganization(deps.db, edit.organizationId, (tx) => findBaseline(tx, edit));
  const rows = readBaselineRows(deps, edit, baseline);
  // A failure is thrown to the caller that awaits the rows. If there is no caller, the rows are not needed.
  rows.catch(() => {});
  return { baseline, rows };
}

/** Returns the baseline rows that were accepted under this parsing context; null if there are none. */
export async function openBaselineRows(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  context: string,
  prefetched: BaselinePrefetch | null,
): Promise<BaselineRows | null> {
  const baseline = await inOrganization(deps.db, edit.organizationId, (tx) => findBaseline(tx, edit, context));
  return prefetched?.baseline === baseline ? prefetched.rows : readBaselineRows(deps, edit, baseline);
}

/** Keeps 128 bits of each hash. One half finds a row, and the other half must be equal. */
async function readBaselineRows(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  baseline: number | null,
): Promise<BaselineRows | null> {
  if (baseline === null) return null;
  const index = new Hash64Table();
  const lists = {
    ...{ people: new GrowableArray(), versions: new GrowableArray() },
    ...{ membershipVersions: new GrowableArray(), namedAs: new GrowableArray() },
  };
  const slice = createTimeSlice();
  const pages: Uint8Array[] = [];
  let size = 0;
  for await (const page of baselinePages(deps, edit, baseline)) {
    for (const column of COLUMNS) lists[column].push(page[column]);
    pages.push(page.hashes);
    const view = new DataView(page.hashes.buffer, page.hashes.byteOffset, page.hashes.byteLength);
    for (let at = 0; at < page.hashes.length; at += HASH_BYTES)
      index.insertIfAbsent({ high: view.getUint32(at), low: view.getUint32(at + 4) }, size++);
    if (slice.isOver()) await slice.yieldToOthers();
  }
  if (size === 0) return null;
  const hashes = Buffer.concat(pages);
  const users = lists.people.values();
  const [versions, membershipVersions, namedAs] = [lists.versions, lists.membershipVersions, lists.namedAs].map(
    (list) => Int32Array.from(list.values()),
  );
  const hashAt = (row: number, from: number): string =>
    hashes.toString('hex', row * HASH_BYTES + from, (row + 1) * HASH_BYTES);
  return {
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
async function* baselinePages(deps: StageDeps, edit: ClaimedMassEdit, baseline: number): AsyncGenerator<BaselinePage> {
  const inTransaction = organizationTransactions(deps.db, edit.organizationId);
  const last = await inTransaction((tx) => lastBaselineLine(tx, baseline));
  const referenceAttributeIds = (await inTransaction((tx) => referenceAttributes(tx, edit))).map(({ id }) => id);
  const every = (first: number) => {
    let after = first - 2 * PAGE_LINES;
    return prefetch(async () => {
      after += 2 * PAGE_LINES;
      return after < last ? inTransaction((tx) => readBaselinePage(tx, baseline, after, referenceAttributeIds)) : null;
    });
  };
  const [even, odd] = [every(0), every(PAGE_LINES)];
  for (;;) {
    for (const next of [even, odd]) {
      const page = await next();
      if (page === null) return;
      yield page;
    }
  }
}
