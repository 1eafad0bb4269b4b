import { type Database, inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { choiceNames } from '../db/file-reading.ts';
import { type PlannedSegment, plannedSegments, reserveSegmentIds } from '../db/planned-segments.ts';
import { choiceKey } from './rules/choices.ts';
import { lacksLetters, withLettersLost } from './rules/lost-letters.ts';
import type { Choice, ChoiceBook } from './rules/row-draft.ts';
import { closestSpelled } from './rules/text.ts';

/** The names of segments while a file is read, with a supply of ids for those that the file brings. */
export type FileChoices = ChoiceBook & {
  /** Takes ids from the sequence so that a chunk which brings `names` new names does not run out. */
  stockUp(names: number): Promise<void>;
  /** The names that have come up since the last call: those of one chunk, when it has been read. */
  takeNames(): PlannedSegment[];
  /** Notes that an accepted row uses these new names, by their ids. */
  use(ids: readonly number[]): void;
  /** What is to be written in the transaction of a chunk, once it is planned: its names, and the earlier ones it uses. */
  toWrite(names: PlannedSegment[]): NewChoices;
};
export type NewChoices = { names: PlannedSegment[]; used: number[] };

/**
 * Opens the book on the segments and aliases there are, and on the new names that earlier chunks have planned. Its size
 * is that of the distinct names, not of the file.
 */
export async function openChoices(db: Database, edit: ClaimedEdit): Promise<FileChoices> {
  const book = new Map<number, Map<string, Choice[]>>();
  /** By attribute, the names with their letters lost; of an attribute that was asked for. */
  const withoutLetters = new Map<number, Map<string, Choice | null>>();
  const enter = (attributeId: number, key: string, choice: Choice): void => {
    const names = book.get(attributeId) ?? new Map<string, Choice[]>();
    book.set(attributeId, names);
    const alike = names.get(key);
    if (alike) alike.push(choice);
    else names.set(key, [choice]);
    const lossy = withoutLetters.get(attributeId);
    if (lossy) enterLossy(lossy, choice);
  };
  /** New names that no accepted row uses yet; null for those that are written, or are about to be. */
  const unused = new Map<number, PlannedSegment | null>();
  await inOrganization(db, edit.organizationId, async (tx) => {
    for (const { attributeId, segmentId, name, viaAlias } of await choiceNames(tx, edit)) {
      enter(attributeId, choiceKey(name), { segmentId, spelling: name, isNew: false, viaAlias });
    }
    for (const { attributeId, id, name, used } of await plannedSegments(tx, edit)) {
      enter(attributeId, choiceKey(name), { segmentId: id, spelling: name, isNew: true, viaAlias: false });
      if (!used) unused.set(id, null);
    }
  });

  /** By attribute, cells that were read before and of which nothing was to be said. */
  const readBefore = new Map<number, Map<string, Choice>>();
  const supply: number[] = [];
  let names: PlannedSegment[] = [];
  let used: number[] = [];
  return {
    find: (attributeId, key, spelling) => closestSpelled(book.get(attributeId)?.get(key) ?? NONE, spelling),
    whole: (attributeId, name) => {
      const lossy = withoutLetters.get(attributeId) ?? new Map<string, Choice | null>();
      if (!withoutLetters.has(attributeId)) {
        withoutLetters.set(attributeId, lossy);
        for (const alike of book.get(attributeId)?.values() ?? [])
          for (const choice of alike) enterLossy(lossy, choice);
      }
      const choice = lossy.get(withLettersLost(name));
      return choice && lacksLetters(name, choice.spelling) ? choice : undefined;
    },
    sameAsBefore: (attributeId, cell) => readBefore.get(attributeId)?.get(cell),
    remember: (attributeId, cell, choice) => {
      const cells = readBefore.get(attributeId) ?? new Map<string, Choice>();
      readBefore.set(attributeId, cells.set(cell, choice));
    },
    add: (attributeId, key, name) => {
      const id = supply.pop();
      if (id === undefined) throw new Error('The supply of segment ids ran out within a chunk');
      enter(attributeId, key, { segmentId: id, spelling: name, isNew: true, viaAlias: false });
      const segment = { id, attributeId, name, used: false };
      names.push(segment);
      unused.set(id, segment);
      return id;
    },
    stockUp: async (wanted) => {
      const short = wanted - supply.length;
      if (short <= 0) return;
      supply.unshift(
        ...(await inOrganization(db, edit.organizationId, (tx) => reserveSegmentIds(tx, short))).reverse(),
      );
    },
    use: (ids) => {
      for (const id of ids) {
        const segment = unused.get(id);
        if (segment === undefined) continue;
        unused.delete(id);
        if (segment) segment.used = true;
        else used.push(id);
      }
    },
    takeNames: () => {
      const taken = names;
      names = [];
      return taken;
    },
    toWrite: (brought) => {
      for (const { id } of brought) if (unused.has(id)) unused.set(id, null);
      const taken = { names: brought, used };
      used = [];
      return taken;
    },
  };
}

const NONE: readonly Choice[] = [];
/** Null: two segments are the same without their letters. */
function enterLossy(names: Map<string, Choice | null>, choice: Choice): void {
  if (!NOT_ASCII.test(choice.spelling)) return;
  const key = withLettersLost(choice.spelling);
  const other = names.get(key);
  names.set(key, other === undefined || other?.segmentId === choice.segmentId ? choice : null);
}
const NOT_ASCII = /[^\0-\x7f]/;

/** The same names for looking ahead: what it takes in has ids of its own below zero, and the book does not learn of it. */
export function lookingAhead(book: ChoiceBook): ChoiceBook {
  const ahead = new Map<string, Choice>();
  const idOf = (attributeId: number, key: string): string => `${attributeId}\n${key}`;
  return {
    ...(book.whole ? { whole: book.whole } : {}),
    find: (attributeId, key, spelling) => book.find(attributeId, key, spelling) ?? ahead.get(idOf(attributeId, key)),
    add: (attributeId, key, name) => {
      const segmentId = -1 - ahead.size;
      ahead.set(idOf(attributeId, key), { segmentId, spelling: name, isNew: true, viaAlias: false });
      return segmentId;
    },
  };
}
