import { setImmediate } from 'node:timers/promises';
import { type Database, inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { type GraphPerson, graphFrame, graphPeople, type PeopleAttribute, peopleAttributes } from '../db/graph.ts';
import type { HierarchiesInput } from './rules/hierarchies.ts';

/** The final state as numbers: person i has the id `ids[i]` and the row on `lines[i]` (0: none). */
export type PeopleGraph = {
  input: HierarchiesInput;
  ids: Float64Array;
  lines: Int32Array;
  /** Names of the attributes that point at people, hierarchies or not. */
  names: Map<number, string>;
};

/** People read at a time: some 10 MB of rows, and a pause for the event loop after each. */
const PAGE_PEOPLE = 20_000;
const NONE = -1;

/**
 * Reads the final state (database, plus file, minus deletions) into typed arrays: about 30 bytes a person and
 * hierarchy, so that a million people are no burden. Ids have gaps and are numbered densely, in their order.
 */
export async function readPeopleGraph(db: Database, edit: ClaimedEdit, pause: () => void): Promise<PeopleGraph> {
  const { pointing, frame } = await inOrganization(db, edit.organizationId, async (tx) => ({
    pointing: await peopleAttributes(tx, edit),
    frame: await graphFrame(tx, edit),
  }));
  const attributes = pointing.filter((attribute) => attribute.hierarchy);
  const names = new Map(pointing.map(({ id, name }) => [id, name]));
  const collected = collector(frame.size, attributes);
  const of = { attributeIds: attributes.map(({ id }) => id), named: frame.anybodyGone, limit: PAGE_PEOPLE };
  for (let after = frame.first - 1; ; ) {
    const page = await inOrganization(db, edit.organizationId, (tx) => graphPeople(tx, edit, { ...of, after }));
    for (const person of page) collected.add(person);
    pause();
    await setImmediate();
    const last = page.at(-1);
    if (page.length < PAGE_PEOPLE || !last) return { ...collected.graph(), names };
    after = last.id;
  }
}

/** Gathers people with the ids they point at, and turns ids into numbers once all are known. */
function collector(size: number, attributes: PeopleAttribute[]) {
  const ids = new Float64Array(size);
  const lines = new Int32Array(size);
  const isNew = new Uint8Array(size);
  const refused: number[] = [];
  const edges = attributes.map(() => ({ current: new Float64Array(size), planned: new Float64Array(size) }));
  const names = namesGiven();
  let people = 0;

  const add = (person: GraphPerson): void => {
    const i = people++;
    ids[i] = person.id;
    lines[i] = person.line;
    isNew[i] = person.isNew ? 1 : 0;
    if (person.refused) refused.push(i);
    for (const [place, edge] of edges.entries()) {
      edge.current[i] = person[`now${place}`] ?? NONE;
      edge.planned[i] = person[`then${place}`] ?? NONE;
    }
    if (person.refused || !person.named) return;
    for (const [attribute, id] of Object.entries(person.named))
      names.add({ from: i, on: id, attribute: Number(attribute), onlyIfNew: person.needs?.[attribute] === undefined });
  };

  const graph = (): Omit<PeopleGraph, 'names'> => {
    const known = ids.subarray(0, people);
    const numbered = (from: Float64Array): Int32Array => {
      const to = new Int32Array(people);
      for (let i = 0; i < people; i++) to[i] = indexOf(known, from[i] ?? NONE);
      return to;
    };
    return {
      ids: known,
      lines: lines.subarray(0, people),
      input: {
        people,
        isNew: isNew.subarray(0, people),
        refused,
        graphs: attributes.map(({ id }, a) => ({
          attributeId: id,
          current: numbered(edges[a]?.current ?? new Float64Array(people).fill(NONE)),
          planned: numbered(edges[a]?.planned ?? new Float64Array(people).fill(NONE)),
        })),
        dependencies: names.among(known, isNew),
      },
    };
  };
  return { add, graph };
}

type NameGiven = { from: number; on: number; attribute: number; onlyIfNew: boolean };

/** Whom rows name, in arrays that hold nothing but numbers and grow: there may be a million, and lists take five times as much. */
function namesGiven() {
  let size = 0;
  let [from, attribute, onlyIfNew] = [new Int32Array(1024), new Int32Array(1024), new Uint8Array(1024)];
  let on = new Float64Array(1024);
  const grown = <T extends Int32Array | Uint8Array | Float64Array>(old: T, larger: T): T => {
    larger.set(old);
    return larger;
  };
  const add = (name: NameGiven): void => {
    if (size === from.length) {
      from = grown(from, new Int32Array(size * 2));
      attribute = grown(attribute, new Int32Array(size * 2));
      onlyIfNew = grown(onlyIfNew, new Uint8Array(size * 2));
      on = grown(on, new Float64Array(size * 2));
    }
    from[size] = name.from;
    on[size] = name.on;
    attribute[size] = name.attribute;
    onlyIfNew[size++] = name.onlyIfNew ? 1 : 0;
  };
  /** Those that hold only if the row of whom they name is accepted: new and restored people, and those found by what it gives. */
  const among = (ids: Float64Array, isNew: Uint8Array): HierarchiesInput['dependencies'] => {
    const target = new Int32Array(size);
    let kept = 0;
    for (let i = 0; i < size; i++) {
      const person = indexOf(ids, on[i] ?? NONE);
      if (person === NONE || (onlyIfNew[i] && !isNew[person])) continue;
      from[kept] = from[i] ?? 0;
      attribute[kept] = attribute[i] ?? 0;
      target[kept++] = person;
    }
    return { from: from.subarray(0, kept), on: target.subarray(0, kept), attribute: attribute.subarray(0, kept) };
  };
  return { add, among };
}

/** Binary search; people are read in the order of their ids. */
function indexOf(sorted: Float64Array, id: number): number {
  if (id === NONE) return NONE;
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at === id) return middle;
    if (at < id) low = middle + 1;
    else high = middle - 1;
  }
  return NONE;
}
