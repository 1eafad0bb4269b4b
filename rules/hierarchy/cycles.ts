/** No edge: where a chain ends. */
export const NONE = -1;

/** How many people may be looked at between two pauses: a few milliseconds of work, far less than delays a heartbeat. */
export const NODES_PER_PAUSE = 100_000;

/**
 * All cycles of a graph in which every node has at most one outgoing edge.
 *
 * Takes `next`: the node that node i points at, or NONE. Gives each cycle once, as its nodes in edge direction from its
 * smallest one; cycles in the order of their smallest nodes. A node that points at itself is a cycle of one. Linear in
 * the number of nodes whatever the shape, without recursion (a chain may be a million deep). `next` is only read.
 */
export const findCycles = (next: Int32Array): Int32Array[] => {
  const cycles: Int32Array[] = [];
  for (const start of cycleSteps(next)) {
    if (start !== NONE) cycles.push(pathFrom(start, (node) => at(next, node), next.length).path);
  }
  return cycles;
};

/**
 * `findCycles` in steps and without the lists: gives the smallest node of every cycle, and NONE about every
 * NODES_PER_PAUSE nodes, where the caller may let others run. `next` must not change in between.
 */
export function* cycleSteps(next: Int32Array): Generator<number, void> {
  // 0: not seen; ON_CYCLE; otherwise the walk that came by, named by its start plus one.
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
    // A walk that meets itself has closed a cycle; one that meets an older walk leads where that one led.
    while (node !== NONE && seen[node] === walk) {
      seen[node] = ON_CYCLE;
      node = at(next, node);
      if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    }
  }
  for (let start = 0; start < next.length; start++) {
    if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    if (seen[start] !== ON_CYCLE) continue;
    // The marks are taken off, so that the cycle is given once.
    for (let node = start; seen[node] === ON_CYCLE; node = at(next, node)) {
      seen[node] = start + 1;
      if (++steps % NODES_PER_PAUSE === 0) yield NONE;
    }
    yield start;
  }
}

const ON_CYCLE = -1;

/** The element at an index that is known to be inside. */
export const at = (list: Int32Array, index: number): number => list[index] ?? NONE;

/**
 * The way from `start` along `step`, as far as `limit` nodes or until it is back at `start`; `whole` says that it came
 * back. `start` must lie on a cycle.
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
 * A graph without cycles whose edges change: tells in O(log n) amortized, however deep the chains are, whether an edge
 * would close a cycle (a link-cut tree, Sleator and Tarjan 1983; never re-rooted, so it needs no reversal). Following
 * the edges themselves would cost a whole chain each time.
 *
 * Made from `parent` (the edge of each node, or NONE; without cycles), which it takes over and changes, and from which
 * of these edges may be cut. An edge that is set later is there to stay.
 */
export class LinkCutForest {
  // The nodes of a path from above to below lie in one splay tree, left to right. `up` is the parent in that tree, and
  // for its root the node that the top of the path points at.
  private readonly up: Int32Array;
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  /** Leads, in jumps along edges that stay, towards the first node whose edge may be cut or that has none: itself. */
  private readonly ahead: Int32Array;

  constructor(parent: Int32Array, mayCut: (node: number) => boolean) {
    this.up = parent;
    this.left = new Int32Array(parent.length).fill(NONE);
    this.right = new Int32Array(parent.length).fill(NONE);
    this.ahead = parent.map((to, node) => (to === NONE || mayCut(node) ? node : to));
  }

  /** Takes the edge of `node` away, which must be one that may be cut; nothing happens where it has none. */
  cut(node: number): void {
    this.expose(node);
    const above = at(this.left, node);
    if (above === NONE) return;
    this.up[above] = NONE;
    this.left[node] = NONE;
  }

  /** Gives `node`, which must have none, the edge to `to` for good. Changes nothing and says false if that closes a cycle. */
  link(node: number, to: number): boolean {
    if (this.rootOf(to) === node) return false;
    this.expose(node);
    this.expose(to);
    this.up[node] = to;
    this.ahead[node] = to;
    return true;
  }

  /** The first node from `node` on, itself included, whose edge may be cut or that has none. */
  firstChangeableAncestor(node: number): number {
    const { ahead } = this;
    let loose = node;
    // Each look halves the way for the next one, so that many together cost little more than one a node.
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

  /** Makes the way from the root down to `node` one splay tree with `node` on top. */
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

  /** Whether the node has a parent in its own splay tree, and not only a path above. */
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
