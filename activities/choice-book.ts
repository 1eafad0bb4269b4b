import { type Database, inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { choiceNames, type PlannedSegment, plannedSegments, reserveSegmentIds } from '../db/staging.ts';
import { choiceKey } from './rules/choices.ts';
import type { Choice, ChoiceBook } from './rules/row-draft.ts';

/** The names of segments while a file is read, with a supply of ids for those that the file brings. */
export type StagingBook = ChoiceBook & {
  /** Takes ids from the sequence so that a chunk which brings `names` new names does not run out. */
  stockUp(names: number): Promise<void>;
  /** The new names since the last call, to be written in the transaction of the chunk whose rows use them. */
  takeNew(): PlannedSegment[];
};

/**
 * Opens the book on the segments and aliases there are, and on the new names that earlier chunks have planned. Its size
 * is that of the distinct names, not of the file.
 */
export async function openChoiceBook(db: Database, edit: ClaimedEdit): Promise<StagingBook> {
  const book = new Map<number, Map<string, Choice>>();
  const enter = (attributeId: number, key: string, choice: Choice): void => {
    const names = book.get(attributeId) ?? new Map<string, Choice>();
    book.set(attributeId, names);
    if (!names.has(key)) names.set(key, choice);
  };
  await inOrganization(db, edit.organizationId, async (tx) => {
    for (const { attributeId, segmentId, name, viaAlias } of await choiceNames(tx, edit)) {
      enter(attributeId, choiceKey(name), { segmentId, spelling: name, isNew: false, viaAlias });
    }
    for (const { attributeId, id, name } of await plannedSegments(tx, edit)) {
      enter(attributeId, choiceKey(name), { segmentId: id, spelling: name, isNew: true, viaAlias: false });
    }
  });

  const supply: number[] = [];
  let unwritten: PlannedSegment[] = [];
  return {
    find: (attributeId, key) => book.get(attributeId)?.get(key),
    add: (attributeId, key, name) => {
      const id = supply.pop();
      if (id === undefined) throw new Error('The supply of segment ids ran out within a chunk');
      enter(attributeId, key, { segmentId: id, spelling: name, isNew: true, viaAlias: false });
      unwritten.push({ id, attributeId, name });
      return id;
    },
    stockUp: async (names) => {
      const short = names - supply.length;
      if (short <= 0) return;
      supply.unshift(
        ...(await inOrganization(db, edit.organizationId, (tx) => reserveSegmentIds(tx, short))).reverse(),
      );
    },
    takeNew: () => {
      const taken = unwritten;
      unwritten = [];
      return taken;
    },
  };
}
