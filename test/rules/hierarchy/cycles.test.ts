import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cycleSteps,
  findCycles,
  LinkCutForest,
  NODES_PER_PAUSE,
  NONE,
  pathFrom,
} from '../../../rules/hierarchy/cycles.ts';

const cyclesOf = (...next: number[]) => findCycles(Int32Array.from(next)).map((cycle) => [...cycle]);
/** For each node: another node, itself or none. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((size) => fc.array(fc.integer({ min: NONE, max: size - 1 }), { minLength: size, maxLength: size }));

describe('findCycles', () => {
  test('finds none in an empty graph, in users without edges, in a chain and in a star', () => {
    expect(cyclesOf()).toEqual([]);
    expect(cyclesOf(NONE, NONE)).toEqual([]);
    expect(cyclesOf(1, 2, NONE)).toEqual([]);
    expect(cyclesOf(NONE, 0, 0, 0)).toEqual([]);
  });

  test('lists a cycle once, from its smallest node, in edge direction, without chains into it', () => {
    expect(cyclesOf(3, 4, NONE, 1, 3, 0)).toEqual([[1, 4, 3]]);
  });

  test('lists several cycles in the order of their smallest nodes, and a node that points at itself', () => {
    expect(cyclesOf(4, 3, 2, 1, 0)).toEqual([[0, 4], [1, 3], [2]]);
  });

  test('agrees with walking from every node until it comes back', () => {
    fc.assert(
      fc.property(graphs, (next) => {
        const cycles = cyclesOf(...next);
        const expected = next
          .map((_, start) => wayBack(next, start))
          .filter((way) => way.length > 0 && way[0] === Math.min(...way));
        expect(cycles).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['a chain of 1,000,000', (i: number) => (i + 1 < 1_000_000 ? i + 1 : NONE), 0],
    ['one cycle of 1,000,000', (i: number) => (i + 1) % 1_000_000, 1],
    ['500,000 cycles of 2', (i: number) => i ^ 1, 500_000],
    ['a star of 1,000,000', (i: number) => (i === 0 ? NONE : 0), 0],
  ])('searches %s without recursion, with pauses', (_, edge, count) => {
    const next = new Int32Array(1_000_000).map((_, i) => edge(i));
    let found = 0;
    let pauses = 0;
    for (const start of cycleSteps(next)) start === NONE ? pauses++ : found++;
    expect(found).toBe(count);
    expect(pauses).toBeGreaterThanOrEqual(1_000_000 / NODES_PER_PAUSE);
  });
});

describe('pathFrom', () => {
  test('goes once round the cycle, or up to the limit and then is not whole', () => {
    const step = (node: number) => (node + 1) % 4;
    expect(pathFrom(2, step, 4)).toEqual({ path: Int32Array.of(2, 3, 0, 1), whole: true });
    expect(pathFrom(2, step, 3)).toEqual({ path: Int32Array.of(2, 3, 0), whole: false });
  });
});

describe('Forest', () => {
  test('agrees with a walk along the edges after any cuts and links', () => {
    fc.assert(
      fc.property(graphs, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }), (wanted, moves) => {
        // Edges go to smaller nodes only, so there is no cycle at the start. Every second edge may be cut.
        const edges = wanted.map((to, node) => (to < node ? to : NONE));
        const mayCut = edges.map((_, node) => node % 2 === 0);
        const forest = new LinkCutForest(Int32Array.from(edges), (node) => mayCut[node]!);
        for (const [some, other] of moves) {
          const node = some % edges.length;
          const to = other % edges.length;
          if (mayCut[node] && edges[node] !== NONE) {
            forest.cut(node);
            edges[node] = NONE;
          }
          if (edges[node] === NONE) {
            const closes = wayUp(edges, to).includes(node);
            expect(forest.link(node, to)).toBe(!closes);
            if (!closes) [edges[node], mayCut[node]] = [to, false];
          }
          for (const start of edges.keys()) {
            const loose = wayUp(edges, start).find((step) => mayCut[step] || edges[step] === NONE);
            expect(forest.firstChangeableAncestor(start)).toBe(loose);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The nodes from `start` until it is back at `start`; empty if it does not come back. */
const wayBack = (next: number[], start: number): number[] => {
  const way = [start];
  for (let node = next[start]!; node !== start; node = next[node]!) {
    if (node === NONE || way.includes(node)) return [];
    way.push(node);
  }
  return way;
};

const wayUp = (edges: number[], start: number): number[] =>
  start === NONE ? [] : [start, ...wayUp(edges, edges[start]!)];
