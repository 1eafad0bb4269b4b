import { at, cycleSteps, LinkCutForest, NODES_PER_PAUSE, NONE, pathFrom, smallestOn } from './cycles.ts';

/** One attribute whose references must not form a cycle. Both arrays hold, for each person, the person pointed at or NONE. */
export type Hierarchy = {
  attributeId: number;
  /** What the database has once the deletions are done: never a new or restored person. */
  current: Int32Array;
  /** What holds if the person's row is accepted; the same as `current` where the row does not change it. */
  planned: Int32Array;
};

/** People are 0 … people - 1. Everything is only read, and must stay as it is while the result is in use. */
export type HierarchiesInput = {
  userCount: number;
  /** 1 where the person exists only if its row is accepted: new, or restored (whatever `current` says of it then). */
  isNew: Uint8Array;
  graphs: readonly Hierarchy[];
  /**
   * The row of `from[i]` names `on[i]` in the attribute `attribute[i]` (of any kind that points at people), and
   * `on[i]` can be named only if its own row is accepted: it is new or restored, or is found by an id which that row
   * gives it. Every planned edge to such a person must be among these.
   */
  dependencies: { from: Int32Array; on: Int32Array; attribute: Int32Array };
  /** Whose rows were refused before, for other reasons. */
  refused: Iterable<number>;
};

/** Why a row is refused. `path`: the cycle in edge direction from the person on; `whole`: not cut at the limit. */
export type Refusal =
  | { reason: 'cycle'; user: number; attributeId: number; path: Int32Array; whole: boolean }
  | { reason: 'row_refused'; user: number; attributeId: number; on: number };

/** A cycle of the final state that no accepted row is the cause of, from its smallest person on. */
export type ExistingCycle = { attributeId: number; path: Int32Array; whole: boolean };

/**
 * The refusals that were added, and the cycles that stay. Both are made while they are read, the same each time: a cycle
 * of 100,000 people refuses 100,000 rows, and the paths of all would be 10,000,000,000 people.
 */
export type HierarchyResult = {
  refusalCount: number;
  refusals(pathLimit?: number): Generator<Refusal, void>;
  existingCycles(pathLimit?: number): Generator<ExistingCycle, void>;
};

/** 20 people are about 1,000 characters of emails: as much as anybody reads in one message. */
export const PATH_LIMIT = 20;

/**
 * Which rows must be refused so that the final state (database, plus file, minus deletions) has no cycle that the file
 * made and no reference to somebody who is not there.
 *
 * Goes in rounds, so that the order of rows means nothing: first everybody who names somebody whose row is refused, and
 * who names those, to the end; then, in the state which that leaves, the cycles of every hierarchy at once. On a cycle
 * those rows are refused that change their own edge of it (of a new or restored person: always); who repeats what the
 * database has is not. A refused row takes back its edges in every hierarchy, and a new person its existence. That can
 * close other cycles, so there is another round until one refuses nobody. A cycle without such a row was there before.
 *
 * Gives each refused row once, with the first reason found; with one entry a hierarchy where it lies on cycles of
 * several in one round. Order: by round, references before cycles, hierarchies as given; the same input, the same order.
 * `pause` is awaited every few milliseconds of work, and what it throws ends the search. (A Forest may take longer: 0.3
 * s measured for one step, where half a million people in a chain are met for the first time.)
 *
 * Cost, for n people, g hierarchies, d dependencies and r refused rows: O(d + g n), and O(g (n + r) log n) where rows
 * take edges back, however many rounds there are and however deep the chains. References are followed once for each
 * refused person. The first search looks at each edge once. A later cycle must pass through an edge that a refused row
 * took back, so only these are looked at: each moves once in each hierarchy, and tries again only where it closed a
 * cycle, which refuses somebody each time. A try asks a Forest and does not walk to the root, which would be O(n) a
 * round; the rows to refuse on a cycle are reached by jumps over the edges that stay (`firstChangeableAncestor`).
 */
export const resolveHierarchies = async (
  input: HierarchiesInput,
  pause?: () => Promise<void> | undefined,
): Promise<HierarchyResult> => {
  const steps = resolveInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause?.();
  }
};

/** What is known while the search goes on. A round is one cascade and one search; the first is 1. */
type Search = {
  input: HierarchiesInput;
  graphs: Graph[];
  /** The round from which on the person's row counts as refused. */
  refusedFrom: Int32Array;
  /** Everybody refused, once each, in the order of their rounds. */
  refusedInOrder: Int32Array;
  refusedCount: number;
  /** Of how many of these it was asked who names them. */
  cascaded: number;
  /** The entries of the result, in two columns: a person and the graph of its cycle, or a dependency and null. */
  subjects: number[];
  places: (Graph | null)[];
  /** Work done, to know when to pause. */
  steps: number;
};

type Graph = {
  hierarchy: Hierarchy;
  /** One person of each existing cycle. */
  existing: number[];
  /** The edges, once refused rows take theirs back. */
  forest: LinkCutForest | null;
  /** Whose edge was taken back and closed a cycle: it must wait until the rows on that cycle are refused. */
  waiting: number[];
};

const NEVER = 2 ** 31 - 1;

/** One step in a Forest takes about as long as looking at 20 people. */
const FOREST_STEPS_PER_PAUSE = NODES_PER_PAUSE / 20;

function* resolveInSteps(input: HierarchiesInput): Generator<void, HierarchyResult> {
  const search: Search = {
    input,
    graphs: input.graphs.map((hierarchy) => ({ hierarchy, existing: [], forest: null, waiting: [] })),
    refusedFrom: new Int32Array(input.userCount).fill(NEVER),
    refusedInOrder: new Int32Array(input.userCount),
    refusedCount: 0,
    cascaded: 0,
    subjects: [],
    places: [],
    steps: 0,
  };
  for (const user of input.refused) refuse(search, user, 1);
  const naming = yield* indexNames(search);
  yield* cascade(search, naming, 1);
  let settled = search.refusedCount;
  for (const graph of search.graphs) yield* searchWhole(search, graph);
  for (let round = 2; search.refusedCount > settled; round++) {
    yield* cascade(search, naming, round);
    const users = search.refusedInOrder.subarray(settled, search.refusedCount);
    settled = search.refusedCount;
    for (const graph of search.graphs) yield* searchReverted(search, graph, round, users);
  }
  return resultOf(search);
}

const refuse = (search: Search, user: number, round: number): boolean => {
  if (search.refusedFrom[user] !== NEVER) return false;
  search.refusedFrom[user] = round;
  search.refusedInOrder[search.refusedCount++] = user;
  return true;
};

type Naming = { first: Int32Array; next: Int32Array };

/** The dependencies on each person: the first, and after each the next, in the order given. */
function* indexNames(search: Search): Generator<void, Naming> {
  const { userCount, dependencies } = search.input;
  const first = new Int32Array(userCount).fill(NONE);
  const next = new Int32Array(dependencies.on.length);
  for (let i = next.length - 1; i >= 0; i--) {
    const on = at(dependencies.on, i);
    next[i] = at(first, on);
    first[on] = i;
    if (++search.steps % NODES_PER_PAUSE === 0) yield;
  }
  return { first, next };
}

/** Refuses, to the end, who names somebody refused: the nearest first, so that the reason is a short one. */
function* cascade(search: Search, naming: Naming, round: number): Generator<void, void> {
  const { refusedInOrder, input, subjects, places } = search;
  for (; search.cascaded < search.refusedCount; search.cascaded++) {
    for (let i = at(naming.first, at(refusedInOrder, search.cascaded)); i !== NONE; i = at(naming.next, i)) {
      if (refuse(search, at(input.dependencies.from, i), round)) {
        subjects.push(i);
        places.push(null);
      }
      if (++search.steps % NODES_PER_PAUSE === 0) yield;
    }
  }
}

/** The first search of a graph: all of it, in the state after the first cascade. */
function* searchWhole(search: Search, graph: Graph): Generator<void, void> {
  const next = yield* edgesIn(search, graph, 1);
  for (const start of cycleSteps(next)) {
    if (start === NONE) yield;
    else yield* judgeCycle(search, graph, next, start);
  }
}

/** Whom everybody points at in the state that a round looks at. */
function* edgesIn(search: Search, graph: Graph, round: number): Generator<void, Int32Array> {
  const edges = new Int32Array(search.input.userCount);
  for (let user = 0; user < edges.length; user++) {
    edges[user] = edgeIn(search, graph, user, round);
    if (++search.steps % NODES_PER_PAUSE === 0) yield;
  }
  return edges;
}

const edgeIn = (search: Search, { hierarchy }: Graph, user: number, round: number): number => {
  if (at(search.refusedFrom, user) > round) return at(hierarchy.planned, user);
  return search.input.isNew[user] === 1 ? NONE : at(hierarchy.current, user);
};

function* judgeCycle(search: Search, graph: Graph, next: Int32Array, start: number): Generator<void, void> {
  const before = search.subjects.length;
  let user = start;
  do {
    if (isMovable(search, graph, user, 1)) refuseOnCycle(search, graph, user, 1);
    if (++search.steps % NODES_PER_PAUSE === 0) yield;
    user = at(next, user);
  } while (user !== start);
  if (search.subjects.length === before) graph.existing.push(start);
}

/** Whether refusing the person's row moves its edge. */
const isChange = (search: Search, { hierarchy }: Graph, user: number): boolean =>
  search.input.isNew[user] === 1 || hierarchy.planned[user] !== hierarchy.current[user];

const isMovable = (search: Search, graph: Graph, user: number, round: number): boolean =>
  at(search.refusedFrom, user) > round && isChange(search, graph, user);

/** A row on cycles of several hierarchies in one round is refused once, with an entry for each. */
const refuseOnCycle = (search: Search, graph: Graph, user: number, round: number): void => {
  refuse(search, user, round + 1);
  search.subjects.push(user);
  search.places.push(graph);
};

/** Every later search of a graph: the edges that the rows newly refused in this round took back. */
function* searchReverted(search: Search, graph: Graph, round: number, users: Int32Array): Generator<void, void> {
  const changed = users.filter((user) => isChange(search, graph, user));
  if (!graph.forest) {
    // Where edges only go, nothing can close, and a forest is not needed yet.
    if (changed.every((user) => edgeIn(search, graph, user, round) === NONE)) return;
    graph.forest = yield* growForest(search, graph, round, changed);
  }
  const { forest, waiting } = graph;
  for (const user of changed) {
    forest.cut(user);
    if (++search.steps % FOREST_STEPS_PER_PAUSE === 0) yield;
  }
  graph.waiting = [];
  for (const candidates of [waiting, changed]) {
    for (const user of candidates) {
      closeCycle(search, graph, forest, user, round);
      if (++search.steps % FOREST_STEPS_PER_PAUSE === 0) yield;
    }
  }
}

/** Sets the edge that a refused row took back, or refuses who changes the cycle that it closes. */
const closeCycle = (search: Search, graph: Graph, forest: LinkCutForest, user: number, round: number): void => {
  const to = edgeIn(search, graph, user, round);
  if (to === NONE || forest.link(user, to)) return;
  let onCycle = forest.firstChangeableAncestor(to);
  // Nothing on it can change: it was there before the file. Its last edge stays out of the forest for good.
  if (onCycle === user) graph.existing.push(user);
  else graph.waiting.push(user);
  for (; onCycle !== user; onCycle = forest.firstChangeableAncestor(at(graph.hierarchy.planned, onCycle))) {
    refuseOnCycle(search, graph, onCycle, round);
  }
};

/** The graph as the round sees it, but for the edges that it moves: so without the cycles found so far. */
function* growForest(search: Search, graph: Graph, round: number, changed: Int32Array): Generator<void, LinkCutForest> {
  const parent = yield* edgesIn(search, graph, round);
  // An existing cycle cannot change: without one of its edges it is a chain, and as good.
  for (const users of [changed, graph.existing]) for (const user of users) parent[user] = NONE;
  return new LinkCutForest(parent, (user) => isMovable(search, graph, user, round));
}

const resultOf = (search: Search): HierarchyResult => {
  const { input, graphs, subjects, places, refusedFrom } = search;
  for (const graph of graphs) graph.forest = null;
  return {
    refusalCount: subjects.length,
    *refusals(pathLimit = PATH_LIMIT) {
      for (const [entry, subject] of subjects.entries()) {
        const graph = places[entry];
        if (graph) {
          // The cycle as it was in the round before the row counted as refused.
          const round = at(refusedFrom, subject) - 1;
          const path = pathFrom(subject, (user) => edgeIn(search, graph, user, round), pathLimit);
          yield { reason: 'cycle', user: subject, attributeId: graph.hierarchy.attributeId, ...path };
        } else {
          const { from, on, attribute } = input.dependencies;
          const user = at(from, subject);
          yield { reason: 'row_refused', user, attributeId: at(attribute, subject), on: at(on, subject) };
        }
      }
    },
    *existingCycles(pathLimit = PATH_LIMIT) {
      for (const { hierarchy, existing } of graphs) {
        const { attributeId, current } = hierarchy;
        for (const user of existing) {
          yield { attributeId, ...pathFrom(smallestOn(current, user), (from) => at(current, from), pathLimit) };
        }
      }
    },
  };
};
