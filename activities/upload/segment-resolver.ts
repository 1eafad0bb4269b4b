import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, inOrganization } from '../../db/client.ts';
import { type PlannedSegment, plannedSegments, reserveSegmentIds } from '../../db/plan/planned-segments.ts';
import { matchableSegmentNames } from '../../db/plan/upload-queries.ts';
import type { ResolvedSegment, SegmentLookup } from '../../rules/rows/parsed-row.ts';
import { lacksLetters, withLettersLost } from '../../rules/values/lost-letters.ts';
import { closestSpelling, nameKey } from '../../rules/values/text.ts';

/** Resolves segment names while a file is parsed. Holds reserved ids for the segments that the file creates. */
export type SegmentResolver = SegmentLookup & {
  /** Reserves ids from the sequence, so that a chunk with `names` new names does not run out. */
  reserveIds(names: number): Promise<void>;
  /** Notes that an accepted row uses these new segments. */
  markUsed(ids: readonly number[]): void;
  /** Takes the new segments that were added, or first used, since the last call. `planSegments` must write them. */
  takeChanged(): PlannedSegment[];
};

/**
 * Loads the segments and aliases, and the new segments that earlier chunks have planned. Its size depends on the
 * distinct names, not on the file.
 */
export async function loadSegmentResolver(db: Database, edit: ClaimedMassEdit): Promise<SegmentResolver> {
  const segmentsByKey = new Map<number, Map<string, ResolvedSegment[]>>();
  /** By attribute, the names with their letters lost. Filled for an attribute when it is first asked for. */
  const withoutLetters = new Map<number, Map<string, ResolvedSegment | null>>();
  const add = (attributeId: number, key: string, segment: ResolvedSegment): void => {
    const names = segmentsByKey.get(attributeId) ?? new Map<string, ResolvedSegment[]>();
    segmentsByKey.set(attributeId, names);
    const alike = names.get(key);
    if (alike) alike.push(segment);
    else names.set(key, [segment]);
    const lossy = withoutLetters.get(attributeId);
    if (lossy) addWithoutLetters(lossy, segment);
  };
  /** New segments that no accepted row uses yet. */
  const unused = new Map<number, PlannedSegment>();
  await inOrganization(db, edit.organizationId, async (tx) => {
    for (const { attributeId, segmentId, name, viaAlias } of await matchableSegmentNames(tx, edit)) {
      add(attributeId, nameKey(name), { segmentId, spelling: name, isNew: false, viaAlias });
    }
    for (const segment of await plannedSegments(tx, edit)) {
      const { attributeId, id, name, used } = segment;
      add(attributeId, nameKey(name), { segmentId: id, spelling: name, isNew: true, viaAlias: false });
      if (!used) unused.set(id, segment);
    }
  });

  /** By attribute, cells that were resolved before without a finding. */
  const cache = new Map<number, Map<string, ResolvedSegment>>();
  const reservedIds: number[] = [];
  const changed = new Map<number, PlannedSegment>();
  return {
    find: (attributeId, key, spelling) => closestSpelling(segmentsByKey.get(attributeId)?.get(key) ?? NONE, spelling),
    findWithLostLetters: (attributeId, name) => {
      const lossy = withoutLetters.get(attributeId) ?? new Map<string, ResolvedSegment | null>();
      if (!withoutLetters.has(attributeId)) {
        withoutLetters.set(attributeId, lossy);
        for (const alike of segmentsByKey.get(attributeId)?.values() ?? [])
          for (const segment of alike) addWithoutLetters(lossy, segment);
      }
      const segment = lossy.get(withLettersLost(name));
      return segment && lacksLetters(name, segment.spelling) ? segment : undefined;
    },
    cached: (attributeId, cell) => cache.get(attributeId)?.get(cell),
    cache: (attributeId, cell, segment) => {
      const cells = cache.get(attributeId) ?? new Map<string, ResolvedSegment>();
      cache.set(attributeId, cells.set(cell, segment));
    },
    add: (attributeId, key, name) => {
      const id = reservedIds.pop();
      if (id === undefined) throw new Error('The supply of segment ids ran out within a chunk');
      add(attributeId, key, { segmentId: id, spelling: name, isNew: true, viaAlias: false });
      const segment = { id, attributeId, name, used: false };
      unused.set(id, segment);
      changed.set(id, segment);
      return id;
    },
    reserveIds: async (wanted) => {
      const short = wanted - reservedIds.length;
      if (short <= 0) return;
      reservedIds.unshift(
        ...(await inOrganization(db, edit.organizationId, (tx) => reserveSegmentIds(tx, short))).reverse(),
      );
    },
    markUsed: (ids) => {
      for (const id of ids) {
        const segment = unused.get(id);
        if (!segment) continue;
        unused.delete(id);
        changed.set(id, { ...segment, used: true });
      }
    },
    takeChanged: () => {
      const taken = [...changed.values()];
      changed.clear();
      return taken;
    },
  };
}

const NONE: readonly ResolvedSegment[] = [];
/** Null: two segments are the same without their letters. */
function addWithoutLetters(names: Map<string, ResolvedSegment | null>, segment: ResolvedSegment): void {
  if (!NOT_ASCII.test(segment.spelling)) return;
  const key = withLettersLost(segment.spelling);
  const other = names.get(key);
  names.set(key, other === undefined || other?.segmentId === segment.segmentId ? segment : null);
}
const NOT_ASCII = /[^\0-\x7f]/;

/** A copy without side effects: its new segments have negative ids, and the original does not get them. */
export function dryRun(segments: SegmentLookup): SegmentLookup {
  const ahead = new Map<string, ResolvedSegment>();
  const idOf = (attributeId: number, key: string): string => `${attributeId}\n${key}`;
  return {
    ...(segments.findWithLostLetters ? { findWithLostLetters: segments.findWithLostLetters } : {}),
    find: (attributeId, key, spelling) =>
      segments.find(attributeId, key, spelling) ?? ahead.get(idOf(attributeId, key)),
    add: (attributeId, key, name) => {
      const segmentId = -1 - ahead.size;
      ahead.set(idOf(attributeId, key), { segmentId, spelling: name, isNew: true, viaAlias: false });
      return segmentId;
    },
  };
}
