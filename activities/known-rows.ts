import { inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { peopleAttributes } from '../db/graph.ts';
import { basisOf, knownRows } from '../db/known-rows.ts';
import { type Hash, HashIndex, NONE } from './hash-index.ts';
import type { StageDeps } from './in-chunks.ts';
import { NumberList } from './number-list.ts';

/** The rows that may be known again, by the hash of their bytes. */
export type KnownRows = {
  /** The mass edit that accepted them. */
  basis: number;
  /** The person of the row with this hash (32 hexadecimal digits), and its line in the basis; undefined where none is known. */
  find(hash: string): { person: number; basisLine: number } | undefined;
};

const HASH_BYTES = 16;
const HALF_DIGITS = HASH_BYTES;

/**
 * Reads which rows the organization has accepted under this context and may know again; null where there are none. 128
 * bits are kept of each hash: half of them find a row, and the other half must agree.
 */
export async function openKnownRows(deps: StageDeps, edit: ClaimedEdit, context: string): Promise<KnownRows | null> {
  const { basis, pointing } = await inOrganization(deps.db, edit.organizationId, async (tx) => ({
    basis: await basisOf(tx, edit, context),
    pointing: (await peopleAttributes(tx, edit)).map(({ id }) => id),
  }));
  if (basis === null) return null;
  const index = new HashIndex();
  const [people, lines] = [new NumberList(), new NumberList()];
  const halves: Uint8Array[] = [];
  let size = 0;
  for await (const page of knownRows(deps.db, edit, basis, pointing)) {
    people.push(page.people);
    lines.push(page.lines);
    halves.push(page.hashes);
    const view = new DataView(page.hashes.buffer, page.hashes.byteOffset, page.hashes.byteLength);
    for (let at = 0; at < page.hashes.length; at += HASH_BYTES)
      index.enter({ high: view.getUint32(at), low: view.getUint32(at + 4) }, size++);
  }
  if (size === 0) return null;
  const hashes = Buffer.concat(halves);
  const [personOf, lineOf] = [people.values(), lines.values()];
  return {
    basis,
    find(hash) {
      const row = index.get(firstHalf(hash));
      if (row === NONE) return undefined;
      const rest = hashes.toString('hex', row * HASH_BYTES + HASH_BYTES / 2, (row + 1) * HASH_BYTES);
      if (rest !== hash.slice(HALF_DIGITS)) return undefined;
      return { person: personOf[row] ?? 0, basisLine: lineOf[row] ?? 0 };
    },
  };
}

const firstHalf = (hash: string): Hash => ({
  high: Number.parseInt(hash.slice(0, 8), 16),
  low: Number.parseInt(hash.slice(8, 16), 16),
});
