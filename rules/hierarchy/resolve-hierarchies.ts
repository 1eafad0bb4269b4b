import { at, cycleSteps, LinkCutForest, NODES_PER_PAUSE, NONE, pathFrom, smallestOn } from './cycles.ts';

/** One attribute whose references must not form a cycle. Both arrays hold, for each user, the user pointed at or NONE. */
export type Hierarchy = {
  attributeId: number;
  /** The edges in the database after the deletions. No edge goes to a new or restored user. */
  current: Int32Array;
  /** The edges if the user's row is accepted; equal to `current` if the row does not change the edge. */
  planned: Int32Array;
};

/** Users are 0 … userCount - 1. The input is only read. It must not change while the result is in use. */
export type HierarchiesInput = {
  userCount: number;
  /** 1 if the user exists only if its row is accepted: new, or restored (then `current` of the user is ignored). */
  isNew: Uint8Array;
  graphs: readonly Hierarchy[];
  /**
   * The row of `from[i]` names `on[i]` in the users attribute `attribute[i]`. The row of `on[i]` must be accepted too:
   * `on[i]` is new or restored, or is found by an id that this row gives. Every planned edge to such a user must be here.
   */
  dependencies: { from: Int32Array; on: Int32Array; attribute: Int32Array };
  /** Users whose rows were refused before, for other reasons. */
  refused: Iterable<number>;
};

/** Why a row is refused. `path`: the cycle in edge direction, from the user on; `whole`: not cut at the limit. */
export type Refusal =
  | { reason: 'cycle'; user: number; attributeId: number; path: Int32Array; whole: boolean }
  | { reason: 'row_refused'; user: number; attributeId: number; on: number };

/** A cycle of the final state that no accepted row causes, from its smallest user on. */
export type ExistingCycle = { attributeId: number; path: Int32Array; whole: boolean };

/**
 * The refusals that were added, and the cycles that stay. Both are generated while they are read, the same each time.
 * A cycle of 100,000 users refuses 100,000 rows; all their paths together would be 10,000,000,000 users.
 */
export type HierarchyResult = {
  refusalCount: number;
  refusals(pathLimit?: number): Generator<Refusal, void>;
  existingCycles(pathLimit?: number): Generator<ExistingCycle, void>;
};

/** 20 users are about 1,000 characters of emails, enough for one message. */
export const PATH_LIMIT = 20;

/**
 * Decides which rows to refuse. Without these rows the final state (database, plus file, minus deletions) has no cycle
 * that the file made. It has no reference to a user that does not exist.
 *
 * Works in rounds, so that the order of the rows has no effect:
 * 1. Cascade: a row is refused if it depends on a refused row, directly or through other rows.
 * 2. Search: all cycles of every hierarchy in the resulting state. A row on a cycle is refused if it changes its own
 *    edge of the cycle. A row of a new or restored user always does. A row that repeats the edge of the database does
 *    not. A refused row takes back its edges in every hierarchy, and a new user does not come to exist. That can close
 *    other cycles, so rounds go on until a round refuses no row. A cycle without such a row was there before.
 *
 * Each refused row is listed once, with the first reason found. If it lies on cycles of several hierarchies in one
 * round, it has one entry for each. Order: by round, references before cycles, hierarchies as given; deterministic.
 * `pause` is awaited every few milliseconds of work. If `pause` throws, the search ends. One step of a forest may take
 * longer: 0.3 s measured, for the first visit of half a million users in a chain.
 *
 * Cost, for n users, g hierarchies, d dependencies and r refused rows: O(d + g n), plus O(g (n + r) log n) if rows take
 * edges back, for any number of rounds and any depth of chains. The cascade follows the dependencies of each refused
 * user once. The first search visits each edge once. A later cycle must contain an edge that a refused row took back,
 * so only these are visited. Each moves once in each hierarchy. It is tried again only if it closed a cycle, which
 * refuses a row each time. A try asks the forest and does not walk to the root, which would be O(n) a round. On a
 * cycle, jumps over the edges that stay reach the rows to refuse (`firstChangeableAncestor`).
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

/** The state of the search. A round is one cascade and one search; the first round is 1. */
type Search = {
  input: HierarchiesInput;
  graphs: Graph[];
  /** The round from which the user's row counts as refused. */
  refusedFrom: Int32Array;
  /** The refused users, once each, in the order of their rounds. */
  refusedInOrder: Int32Array;
  refusedCount: number;
  /** The cascade has handled so many of `refusedInOrder`. */
  cascaded: number;
  /** The entries of the result, in two columns: a user and the graph of its cycle, or a dependency and null. */
  subjects: number[];
  cycleGraphs: (Graph | null)[];
  /** Work done, to know when to pause. */
  steps: number;
};

type Graph = {
  hierarchy: Hierarchy;
  /** One user of each existing cycle. */
  existing: number[];
  /** The edges, built when a refused row takes an edge back. */
  forest: LinkCutForest | null;
  /** Users whose edge was taken back and closed a cycle. The edge waits until the rows on that cycle are refused. */
  waiting: number[];
};

const NEVER = 2 ** 31 - 1;

/** One step in a forest takes about as long as visiting 20 users. */
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
    cycleGraphs: [],
    steps: 0,
  };
  for (const user of input.refused) refuse(search, user, 1);
  const dependents = yield* indexDependents(search);
  yield* cascade(search, dependents, 1);
  let searched = search.refusedCount;
  for (const graph of search.graphs) yield* searchWhole(search, graph);
  for (let round = 2; search.refusedCount > searched; round++) {
    yield* cascade(search, dependents, round);
    const users = search.refusedInOrder.subarray(searched, search.refusedCount);
    searched = search.refusedCount;
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

type Dependents = { first: Int32Array; next: Int32Array };

/** The dependencies on each user as linked lists: the first, and after each the next, in the order given. */
function* indexDependents(search: Search): Generator<void, Dependents> {
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

/** Refuses every row that depends on a refused row, the nearest first, so that each reason is short. */
function* cascade(search: Search, dependents: Dependents, round: number): Generator<void, void> {
  const { refusedInOrder, input, subjects, cycleGraphs } = search;
  for (; search.cascaded < search.refusedCount; search.cascaded++) {
    for (let i = at(dependents.first, at(refusedInOrder, search.cascaded)); i !== NONE; i = at(dependents.next, i)) {
      if (refuse(search, at(input.dependencies.from, i), round)) {
        subjects.push(i);
        cycleGraphs.push(null);
      }
      if (++search.steps % NODES_PER_PAUSE === 0) yield;
    }
  }
}

/** The first search of a graph: every edge, in the state after the first cascade. */
function* searchWhole(search: Search, graph: Graph): Generator<void, void> {
  const next = yield* edgesIn(search, graph, 1);
  for (const start of cycleSteps(next)) {
    if (start === NONE) yield;
    else yield* judgeCycle(search, graph, next, start);
  }
}

/** The edge of every user in the state of a round. */
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

/** Whether refusing the user's row moves its edge. */
const isChange = (search: Search, { hierarchy }: Graph, user: number): boolean =>
  search.input.isNew[user] === 1 || hierarchy.planned[user] !== hierarchy.current[user];

const isMovable = (search: Search, graph: Graph, user: number, round: number): boolean =>
  at(search.refusedFrom, user) > round && isChange(search, graph, user);

/** Refuses a row for a cycle. On cycles of several hierarchies in one round, a row has an entry for each. */
const refuseOnCycle = (search: Search, graph: Graph, user: number, round: number): void => {
  refuse(search, user, round + 1);
  search.subjects.push(user);
  search.cycleGraphs.push(graph);
};

/** Every later search of a graph: the edges that the rows newly refused in this round took back. */
function* searchReverted(search: Search, graph: Graph, round: number, users: Int32Array): Generator<void, void> {
  const changed = users.filter((user) => isChange(search, graph, user));
  if (!graph.forest) {
    // If edges are only removed, no cycle can close, and no forest is needed yet.
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

/** Sets the edge that a refused row took back. If it closes a cycle, refuses the rows that change the cycle. */
const closeCycle = (search: Search, graph: Graph, forest: LinkCutForest, user: number, round: number): void => {
  const to = edgeIn(search, graph, user, round);
  if (to === NONE || forest.link(user, to)) return;
  let onCycle = forest.firstChangeableAncestor(to);
  // If no edge of the cycle can change, the cycle was there before the file. Its last edge stays out of the forest.
  if (onCycle === user) graph.existing.push(user);
  else graph.waiting.push(user);
  for (; onCycle !== user; onCycle = forest.firstChangeableAncestor(at(graph.hierarchy.planned, onCycle))) {
    refuseOnCycle(search, graph, onCycle, round);
  }
};

/** The graph in the state of the round, without the edges that the round moves, and so without the cycles found so far. */
function* growForest(search: Search, graph: Graph, round: number, changed: Int32Array): Generator<void, LinkCutForest> {
  const parent = yield* edgesIn(search, graph, round);
  // An existing cycle cannot change. Without one of its edges it is a chain, which is enough here.
  for (const users of [changed, graph.existing]) for (const user of users) parent[user] = NONE;
  return new LinkCutForest(parent, (user) => isMovable(search, graph, user, round));
}

const resultOf = (search: Search): HierarchyResult => {
  const { input, graphs, subjects, cycleGraphs, refusedFrom } = search;
  for (const graph of graphs) graph.forest = null;
  return {
    refusalCount: subjects.length,
    *refusals(pathLimit = PATH_LIMIT) {
      for (const [entry, subject] of subjects.entries()) {
        const graph = cycleGraphs[entry];
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
