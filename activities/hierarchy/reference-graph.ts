import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, inOrganization } from '../../db/client.ts';
import {
  activeUserIds,
  currentEdges,
  plannedReferences,
  type ReferenceAttribute,
  type RowDependency,
  referenceAttributes,
  refusedUsers,
  rowDependencies,
  UNCHANGED,
} from '../../db/plan/reference-edges.ts';
import type { HierarchiesInput, Hierarchy } from '../../rules/hierarchy/resolve-hierarchies.ts';
import { binarySearch, NOT_FOUND } from '../collections/binary-search.ts';
import { GrowableArray } from '../collections/growable-array.ts';

/**
 * The final state as numbers. User i has the id `ids[i]`. `lines[i]` is the row that creates, changes or is refused for
 * that user (0: none).
 */
export type ReferenceGraph = {
  input: HierarchiesInput;
  ids: Float64Array;
  lines: Int32Array;
  /** Names of all `users` attributes, hierarchies or not. */
  names: Map<number, string>;
};

/** Awaited every few milliseconds of work. If it throws, the work ends. */
type Pause = () => Promise<void>;
/** A millisecond of work at most. */
const USERS_PER_PAUSE = 1024;

/**
 * Reads the final state (database, plus file, minus deletions) into typed arrays: about 40 bytes a user, so a million
 * users are no problem. Ids have gaps, so users get dense indexes in id order.
 */
export async function loadReferenceGraph(db: Database, edit: ClaimedMassEdit, pause: Pause): Promise<ReferenceGraph> {
  const [pointing, needs] = await inOrganization(db, edit.organizationId, async (tx) => [
    await referenceAttributes(tx, edit),
    await rowDependencies(tx, edit),
  ]);
  const hierarchies = pointing.filter(({ hierarchy }) => hierarchy);
  const [rows, active, currentReferences] = await Promise.all([
    readRows(db, edit, pointing, pause),
    readActiveUserIds(db, edit, pause),
    readEdges(db, edit, hierarchies, pause),
  ]);
  const { ids, isNew } = allUserIds(active, rows);
  const graphs: Hierarchy[] = [];
  for (const [at, { id: attributeId }] of hierarchies.entries()) {
    const current = await edgesBetween(
      ids,
      currentReferences.ids,
      currentReferences.targets[at] ?? new Float64Array(0),
      pause,
    );
    const reference = pointing.findIndex(({ id }) => id === attributeId);
    graphs.push({ attributeId, current, planned: await plannedEdges(current, rows, reference, ids, pause) });
  }
  return {
    ids,
    lines: await linesIn(ids, rows, pause),
    names: new Map(pointing.map(({ id, name }) => [id, name])),
    input: {
      userCount: ids.length,
      isNew,
      refused: Int32Array.from(rows.refused.ids, (id) => binarySearch(ids, id)),
      graphs,
      dependencies: await dependenciesOf(rows, pointing, needs, { ids, isNew }, pause),
    },
  };
}

/** Plan rows in id order. `newTargets`: the new target of each row, for each `users` attribute. */
type Rows = {
  planned: { ids: Float64Array; lines: Int32Array; newTargets: Float64Array[] };
  refused: { ids: Float64Array; lines: Int32Array };
};

async function readRows(
  db: Database,
  edit: ClaimedMassEdit,
  pointing: readonly ReferenceAttribute[],
  pause: Pause,
): Promise<Rows> {
  const lists = () => ({ ids: new GrowableArray(), lines: new GrowableArray() });
  const planned = { ...lists(), newTargets: pointing.map(() => new GrowableArray()) };
  const attributes = pointing.map(({ id }) => id);
  for await (const page of plannedReferences(db, edit, attributes)) {
    planned.ids.push(page.ids);
    planned.lines.push(page.lines);
    for (const [at, list] of planned.newTargets.entries()) list.push(page.newTargets[at] ?? []);
    await pause();
  }
  const refused = lists();
  for await (const page of refusedUsers(db, edit)) {
    refused.ids.push(page.ids);
    refused.lines.push(page.lines);
    await pause();
  }
  return {
    planned: {
      ids: planned.ids.values(),
      lines: Int32Array.from(planned.lines.values()),
      newTargets: planned.newTargets.map((list) => list.values()),
    },
    refused: { ids: refused.ids.values(), lines: Int32Array.from(refused.lines.values()) },
  };
}

/** Ids of the users that are active in the end, in order. */
async function readActiveUserIds(db: Database, edit: ClaimedMassEdit, pause: Pause): Promise<Float64Array> {
  const active = new GrowableArray();
  for await (const piece of activeUserIds(db, edit)) {
    active.push(piece);
    await pause();
  }
  return active.values();
}

/**
 * Ids of all users of the final state, in order: active users, and users that rows create. `isNew`: exists only through
 * its row.
 */
function allUserIds(active: Float64Array, { planned, refused }: Rows): { ids: Float64Array; isNew: Uint8Array } {
  const ids = merged(active, merged(planned.ids, refused.ids));
  const isNew = new Uint8Array(ids.length).fill(1);
  for (let i = 0, user = 0; i < active.length; i++) {
    while (ids[user] !== active[i]) user++;
    isNew[user] = 0;
  }
  return { ids, isNew };
}

/** Merges two sorted lists without duplicates. */
function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  let [i, j, size] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    if (one <= other) i++;
    if (other <= one) j++;
    all[size++] = Math.min(one, other);
  }
  return all.slice(0, size);
}

/** The current references in the database, by the index of the hierarchy. */
type CurrentReferences = { ids: Float64Array; targets: Float64Array[] };

async function readEdges(
  db: Database,
  edit: ClaimedMassEdit,
  hierarchies: readonly ReferenceAttribute[],
  pause: Pause,
): Promise<CurrentReferences> {
  const [ids, targets] = [new GrowableArray(), hierarchies.map(() => new GrowableArray())];
  if (hierarchies.length === 0) return { ids: ids.values(), targets: [] };
  const attributes = hierarchies.map(({ id }) => id);
  for await (const piece of currentEdges(db, edit, attributes)) {
    ids.push(piece.ids);
    for (const [at, list] of targets.entries()) list.push(piece.targets[at] ?? []);
    await pause();
  }
  return { ids: ids.values(), targets: targets.map((list) => list.values()) };
}

/** Edges between users by index. Both lists are in id order. */
async function edgesBetween(
  ids: Float64Array,
  from: Float64Array,
  to: Float64Array,
  pause: Pause,
): Promise<Int32Array> {
  const edges = new Int32Array(ids.length).fill(NOT_FOUND);
  let user = 0;
  for (const [at, id] of from.entries()) {
    while (user < ids.length && (ids[user] ?? 0) < id) user++;
    if (ids[user] === id) edges[user] = binarySearch(ids, to[at] ?? NOT_FOUND);
    if (at % USERS_PER_PAUSE === 0) await pause();
  }
  return edges;
}

/** The edges after all rows that are not refused. */
async function plannedEdges(
  current: Int32Array,
  { planned }: Rows,
  reference: number,
  ids: Float64Array,
  pause: Pause,
): Promise<Int32Array> {
  const edges = current.slice();
  const newTargets = planned.newTargets[reference];
  for (const [row, id] of planned.ids.entries()) {
    const wanted = newTargets?.[row] ?? UNCHANGED;
    if (wanted !== UNCHANGED) edges[binarySearch(ids, id)] = binarySearch(ids, wanted);
    if (row % USERS_PER_PAUSE === 0) await pause();
  }
  return edges;
}

async function linesIn(ids: Float64Array, { planned, refused }: Rows, pause: Pause): Promise<Int32Array> {
  const lines = new Int32Array(ids.length);
  for (const rows of [planned, refused]) {
    for (const [row, id] of rows.ids.entries()) {
      lines[binarySearch(ids, id)] = rows.lines[row] ?? 0;
      if (row % USERS_PER_PAUSE === 0) await pause();
    }
  }
  return lines;
}

/**
 * A row depends on another row if only the other row creates the user that it references, or gives the identity of that
 * user.
 */
async function dependenciesOf(
  { planned }: Rows,
  pointing: readonly ReferenceAttribute[],
  needs: readonly RowDependency[],
  { ids, isNew }: { ids: Float64Array; isNew: Uint8Array },
  pause: Pause,
): Promise<HierarchiesInput['dependencies']> {
  const needed = new Map(needs.map(({ id, attribute, on }) => [`${id} ${attribute}`, on]));
  const [from, on, attribute] = [new GrowableArray(), new GrowableArray(), new GrowableArray()];
  for (const [row, id] of planned.ids.entries()) {
    if (row % USERS_PER_PAUSE === 0) await pause();
    for (const [at, { id: attributeId }] of pointing.entries()) {
      const wanted = binarySearch(ids, planned.newTargets[at]?.[row] ?? UNCHANGED);
      const need = needed.size > 0 ? needed.get(`${id} ${attributeId}`) : undefined;
      const target =
        wanted !== NOT_FOUND && isNew[wanted] ? wanted : need === undefined ? NOT_FOUND : binarySearch(ids, need);
      if (target === NOT_FOUND) continue;
      from.push([binarySearch(ids, id)]);
      on.push([target]);
      attribute.push([attributeId]);
    }
  }
  return {
    from: Int32Array.from(from.values()),
    on: Int32Array.from(on.values()),
    attribute: Int32Array.from(attribute.values()),
  };
}
