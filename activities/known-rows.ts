import { takeTurns } from '../csv/turns.ts';
import { inOrganization, transactionsOf } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { peopleAttributes } from '../db/graph.ts';
import { basisOf, type KnownPage, type KnownRow, knownPage, lastLineOf, PAGE_LINES } from '../db/known-rows.ts';
import { type Hash, HashIndex, NONE } from './hash-index.ts';
import type { StageDeps } from './in-chunks.ts';
import { NumberList } from './number-list.ts';
import { oneAhead } from './one-ahead.ts';

/** The rows that may be known again; each has a number. */
export type KnownRows = {
  /** The row with this hash of its bytes (32 hexadecimal digits); NONE where none is known. */
  find(hash: string): number;
  personOf(known: number): number;
  /** What goes into the plan for a row of this file that is one of them. */
  rowOf(known: number, line: number): KnownRow;
};

const HASH_BYTES = 16;

/** What a mass edit accepted, as it is being read. */
export type KnownAhead = { basis: number | null; rows: Promise<KnownRows | null> };

/**
 * Begins to read what the last mass edit accepted, before it is known whether the file is read by the same context: mostly
 * it is, and meanwhile the file is looked at.
 */
export async function readKnownAhead(deps: StageDeps, edit: ClaimedEdit): Promise<KnownAhead> {
  const basis = await inOrganization(deps.db, edit.organizationId, (tx) => basisOf(tx, edit));
  const rows = readKnownRows(deps, edit, basis);
  // Whoever takes them is told; where nobody does, they are not missed.
  rows.catch(() => {});
  return { basis, rows };
}

/** Gives the rows that the organization has accepted under this context and may know again; null where there are none. */
export async function openKnownRows(
  deps: StageDeps,
  edit: ClaimedEdit,
  context: string,
  ahead: KnownAhead | null,
): Promise<KnownRows | null> {
  const basis = await inOrganization(deps.db, edit.organizationId, (tx) => basisOf(tx, edit, context));
  return ahead?.basis === basis ? ahead.rows : readKnownRows(deps, edit, basis);
}

/** 128 bits are kept of each hash: half of them find a row, and the other half must agree. */
async function readKnownRows(deps: StageDeps, edit: ClaimedEdit, basis: number | null): Promise<KnownRows | null> {
  if (basis === null) return null;
  const index = new HashIndex();
  const lists = {
    ...{ people: new NumberList(), versions: new NumberList() },
    ...{ membershipVersions: new NumberList(), namedAs: new NumberList() },
  };
  const turns = takeTurns();
  const pages: Uint8Array[] = [];
  let size = 0;
  for await (const page of knownPages(deps, edit, basis)) {
    for (const column of COLUMNS) lists[column].push(page[column]);
    pages.push(page.hashes);
    const view = new DataView(page.hashes.buffer, page.hashes.byteOffset, page.hashes.byteLength);
    for (let at = 0; at < page.hashes.length; at += HASH_BYTES)
      index.enter({ high: view.getUint32(at), low: view.getUint32(at + 4) }, size++);
    if (turns.isOver()) await turns.next();
  }
  if (size === 0) return null;
  const hashes = Buffer.concat(pages);
  const people = lists.people.values();
  const [versions, membershipVersions, namedAs] = [lists.versions, lists.membershipVersions, lists.namedAs].map(
    (list) => Int32Array.from(list.values()),
  );
  const hashAt = (known: number, from: number): string =>
    hashes.toString('hex', known * HASH_BYTES + from, (known + 1) * HASH_BYTES);
  return {
    find: (hash) => {
      const known = index.get(firstHalf(hash));
      return known !== NONE && hashAt(known, HASH_BYTES / 2) === hash.slice(HASH_BYTES) ? known : NONE;
    },
    personOf: (known) => people[known] ?? 0,
    rowOf: (known, line) => {
      const membershipVersion = membershipVersions?.[known] ?? NONE;
      return {
        ...{ line, person: people[known] ?? 0, version: versions?.[known] ?? 0, namedAs: namedAs?.[known] ?? 0 },
        membershipVersion: membershipVersion === NONE ? null : membershipVersion,
        hash: hashAt(known, 0),
      };
    },
  };
}

const COLUMNS = ['people', 'versions', 'membershipVersions', 'namedAs'] as const;

const firstHalf = (hash: string): Hash => ({
  high: Number.parseInt(hash.slice(0, 8), 16),
  low: Number.parseInt(hash.slice(8, 16), 16),
});

/** The known rows of the basis page by page; two are read at a time, as PostgreSQL uses one core for each. */
async function* knownPages(deps: StageDeps, edit: ClaimedEdit, basis: number): AsyncGenerator<KnownPage> {
  const inTransaction = transactionsOf(deps.db, edit.organizationId);
  const last = await inTransaction((tx) => lastLineOf(tx, basis));
  const pointing = (await inTransaction((tx) => peopleAttributes(tx, edit))).map(({ id }) => id);
  const every = (first: number) => {
    let after = first - 2 * PAGE_LINES;
    return oneAhead(async () => {
      after += 2 * PAGE_LINES;
      return after < last ? inTransaction((tx) => knownPage(tx, basis, after, pointing)) : null;
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
