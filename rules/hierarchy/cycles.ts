/** No edge: the end of a chain. */
export const NONE = -1;

/** Nodes visited between two pauses: a few milliseconds of work, too short to delay a heartbeat. */
export const NODES_PER_PAUSE = 100_000;

/**
 * All cycles of a graph in which every node has at most one outgoing edge.
 *
 * `next[i]` is the node that node i points at, or NONE; it is only read. Each cycle is listed once, as its nodes in edge
 * direction from the smallest on. Cycles are in the order of their smallest nodes. A node that points at itself is a
 * cycle of one. The cost is linear in the number of nodes for any shape. No recursion: a chain may be a million deep.
 */
export const findCycles = (next: Int32Array): Int32Array[] => {
  const cycles: Int32Array[] = [];
  for (const start of cycleSteps(next)) {
    if (start !== NONE) cycles.push(pathFrom(start, (node) => at(next, node), next.length).path);
  }
  return cycles;
};

/**
 * `findCycles` in steps, without the lists. Yields the smallest node of every cycle. Yields NONE about every
 * NODES_PER_PAUSE nodes, so the caller can yield to the event loop. `next` must not change in between.
 */
export function* cycleSteps(next: Int32Array): Generator<number, void> {
  // 0: not seen; ON_CYCLE; otherwise the walk that saw the node: its start plus one.
  const seen = new Int32Array(next.length);
  let steps = 0;
  for (let start = 0; start < next.length; start++) {
    const walk = start + 1;
    let node = start;
    while (node !== NONE && seen[node] === 0) {
      seen[node] = walk;
      node = at(next, node);
      if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    }
    // A walk that meets itself has closed a cycle. A walk that meets an older walk finds nothing new.
    while (node !== NONE && seen[node] === walk) {
      seen[node] = ON_CYCLE;
      node = at(next, node);
      if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    }
  }
  for (let start = 0; start < next.length; start++) {
    if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    if (seen[start] !== ON_CYCLE) continue;
    // Remove the marks, so that the cycle is yielded once.
    for (let node = start; seen[node] === ON_CYCLE; node = at(next, node)) {
      seen[node] = start + 1;
      if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    }
    yield start;
  }
}

const ON_CYCLE = -1;

/** The element at an index inside the list. */
export const at = (list: Int32Array, index: number): number => list[index] ?? NONE;

/**
 * The path from `start` along `step`, until it is back at `start` or has `limit` nodes. `whole`: it came back. `start`
 * must lie on a cycle.
 */
export const pathFrom = (
  start: number,
  step: (node: number) => number,
  limit: number,
): { path: Int32Array; whole: boolean } => {
  const path = [start];
  let node = step(start);
  for (; node !== start && path.length < limit; node = step(node)) path.push(node);
  return { path: Int32Array.from(path), whole: node === start };
};

/** The smallest node of the cycle that `start` lies on. */
export const smallestOn = (next: Int32Array, start: number): number => {
  let smallest = start;
  for (let node = at(next, start); node !== start; node = at(next, node)) smallest = Math.min(smallest, node);
  return smallest;
};

/**
 * A graph without cycles whose edges change. It tells in O(log n) amortized, for any depth, whether an edge would close a
 * cycle. A walk along the edges would cost a whole chain each time. This is a link-cut tree (Sleator and Tarjan 1983);
 * it is never re-rooted, so it needs no reversal.
 *
 * `parent` holds the edge of each node, or NONE, without cycles; the forest takes the array over and changes it. A second
 * argument tells which of these edges may be cut. An edge that is linked later cannot be cut.
 */
export class LinkCutForest {
  // The nodes of a path, from top to bottom, are in one splay tree, left to right. `up` is the parent in that tree. For
  // the root of the tree, `up` is the node that the top of the path points at.
  private readonly up: Int32Array;
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  /** Jumps along edges that stay, towards the first node whose edge may be cut or that has no edge. There it is the node. */
  private readonly ahead: Int32Array;

  constructor(parent: Int32Array, mayCut: (node: number) => boolean) {
    this.up = parent;
    this.left = new Int32Array(parent.length).fill(NONE);
    this.right = new Int32Array(parent.length).fill(NONE);
    this.ahead = parent.map((to, node) => (to === NONE || mayCut(node) ? node : to));
  }

  /** Removes the edge of `node`, if it has one. The edge must be one that may be cut. */
  cut(node: number): void {
    this.expose(node);
    const above = at(this.left, node);
    if (above === NONE) return;
    this.up[above] = NONE;
    this.left[node] = NONE;
  }

  /** Gives `node`, which must have no edge, a permanent edge to `to`. If that closes a cycle: returns false, no change. */
  link(node: number, to: number): boolean {
    if (this.rootOf(to) === node) return false;
    this.expose(node);
    this.expose(to);
    this.up[node] = to;
    this.ahead[node] = to;
    return true;
  }

  /** The first node from `node` on, `node` included, whose edge may be cut or that has no edge. */
  firstChangeableAncestor(node: number): number {
    const { ahead } = this;
    let loose = node;
    // Path halving: each search shortens the next one, so many searches cost little more than one visit a node.
    while (ahead[loose] !== loose) {
      const skipped = at(ahead, at(ahead, loose));
      ahead[loose] = skipped;
      loose = skipped;
    }
    return loose;
  }

  private rootOf(node: number): number {
    this.expose(node);
    let top = node;
    for (let left = at(this.left, top); left !== NONE; left = at(this.left, top)) top = left;
    this.splay(top);
    return top;
  }

  /** Makes the path from the root down to `node` one splay tree with `node` as its root. */
  private expose(node: number): void {
    for (let below = NONE, path = node; path !== NONE; below = path, path = at(this.up, path)) {
      this.splay(path);
      this.right[path] = below;
    }
    this.splay(node);
  }

  private splay(node: number): void {
    while (this.isInside(node)) {
      const parent = at(this.up, node);
      if (this.isInside(parent)) {
        const straight = (this.left[at(this.up, parent)] === parent) === (this.left[parent] === node);
        this.rotate(straight ? parent : node);
      }
      this.rotate(node);
    }
  }

  /** Whether the node has a parent in its own splay tree. */
  private isInside(node: number): boolean {
    const parent = at(this.up, node);
    return parent !== NONE && (this.left[parent] === node || this.right[parent] === node);
  }

  private rotate(node: number): void {
    const { up, left, right } = this;
    const parent = at(up, node);
    const above = at(up, parent);
    const wasLeft = left[parent] === node;
    const near = wasLeft ? left : right;
    const far = wasLeft ? right : left;
    if (above !== NONE) {
      if (left[above] === parent) left[above] = node;
      else if (right[above] === parent) right[above] = node;
    }
    const inner = at(far, node);
    near[parent] = inner;
    if (inner !== NONE) up[inner] = parent;
    far[node] = parent;
    up[parent] = node;
    up[node] = above;
  }
}
