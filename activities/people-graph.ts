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
  const names: { from: number[]; on: number[]; attribute: number[]; onlyIfNew: boolean[] } = {
    from: [],
    on: [],
    attribute: [],
    onlyIfNew: [],
  };
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
    for (const [attribute, id] of Object.entries(person.named)) {
      names.from.push(i);
      names.on.push(id);
      names.attribute.push(Number(attribute));
      names.onlyIfNew.push(person.needs?.[attribute] === undefined);
    }
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
        dependencies: dependencies(names, known, isNew),
      },
    };
  };
  return { add, graph };
}

/** Who can be named only if their own row is accepted: new and restored people, and those found by what that row gives. */
function dependencies(
  names: { from: number[]; on: number[]; attribute: number[]; onlyIfNew: boolean[] },
  known: Float64Array,
  isNew: Uint8Array,
): HierarchiesInput['dependencies'] {
  const from: number[] = [];
  const on: number[] = [];
  const attribute: number[] = [];
  for (const [i, id] of names.on.entries()) {
    const target = indexOf(known, id);
    if (target === NONE || (names.onlyIfNew[i] && !isNew[target])) continue;
    from.push(names.from[i] ?? 0);
    on.push(target);
    attribute.push(names.attribute[i] ?? 0);
  }
  return { from: Int32Array.from(from), on: Int32Array.from(on), attribute: Int32Array.from(attribute) };
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
