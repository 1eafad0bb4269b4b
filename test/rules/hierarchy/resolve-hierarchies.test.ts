import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NONE } from '../../../rules/hierarchy/cycles.ts';
import { type HierarchiesInput, PATH_LIMIT, resolveHierarchies } from '../../../rules/hierarchy/resolve-hierarchies.ts';

type Story = {
  /** A hierarchy by its name. `bob:ann>cat`: bob points at ann, and the row names cat. `bob:ann`: the row changes nothing. */
  graphs: Record<string, string>;
  /** Users that exist only if their row is accepted. */
  isNew?: string;
  /** Users whose rows were refused before. */
  refused?: string;
  /** References in Mentor, which is no hierarchy. `bob>ann`: bob names ann, and the row of ann must be accepted. */
  names?: string;
};

/** The refusals and the remaining cycles, as text. */
const tell = async ({ graphs, isNew = '', refused = '', names = '' }: Story) => {
  const users = [...new Set([...Object.values(graphs), refused, names].join(' ').match(/\w+/g))];
  const index = (name: string | undefined) => users.indexOf(name ?? '-');
  const attributes = [...Object.keys(graphs), 'Mentor'];
  const newUsers = words(isNew);
  const named = words(names).map((word) => [...word.split('>').map(index), attributes.length - 1]);
  const hierarchies = Object.values(graphs).map((graph, attributeId) => {
    const edges = words(graph).map((word) => word.split(/[:>]/));
    const column = (at: number) => {
      const to = new Map(edges.map((edge) => [edge[0], edge[at] ?? edge[1]]));
      return Int32Array.from(users, (name) => index(to.get(name)));
    };
    const toNew = edges.filter(([, , planned]) => newUsers.includes(planned ?? '-'));
    named.push(...toNew.map(([from, , on]) => [index(from), index(on), attributeId]));
    return { attributeId, current: column(1), planned: column(2) };
  });
  const settled = await resolveHierarchies({
    userCount: users.length,
    isNew: Uint8Array.from(users, (name) => Number(newUsers.includes(name))),
    graphs: hierarchies,
    dependencies: dependenciesOf(named),
    refused: words(refused).map(index),
  });
  const spell = (attributeId: number, path: Int32Array) =>
    `${attributes[attributeId]}: ${[...path, path[0]!].map((user) => users[user]).join(' → ')}`;
  const refusals = Array.from(settled.refusals(), (refusal) =>
    refusal.reason === 'cycle'
      ? spell(refusal.attributeId, refusal.path)
      : `${attributes[refusal.attributeId]}: ${users[refusal.user]} names ${users[refusal.on]}`,
  );
  expect(refusals).toHaveLength(settled.refusalCount);
  return { refusals, existing: Array.from(settled.existingCycles(), (cycle) => spell(cycle.attributeId, cycle.path)) };
};

const words = (text: string) => text.split(' ').filter(Boolean);

/** From rows of from, on, attribute. */
const dependenciesOf = (rows: number[][]) => {
  const column = (at: number) => Int32Array.from(rows, (row) => row[at]!);
  return { from: column(0), on: column(1), attribute: column(2) };
};

describe('resolveHierarchies', () => {
  test('refuses no row of a file without cycles, and does not combine edges of two hierarchies', async () => {
    const told = await tell({ graphs: { Manager: 'ann:- bob:ann>cat dan:->bob', Coach: 'cat:->bob' }, isNew: 'dan' });
    expect(told).toEqual({ refusals: [], existing: [] });
  });

  test('refuses the row that closes a cycle over a user that the file does not change', async () => {
    const told = await tell({ graphs: { Manager: 'bob:->cat cat:bob' } });
    expect(told).toEqual({ refusals: ['Manager: bob → cat → bob'], existing: [] });
  });

  test('refuses every row that changes an edge of the cycle, with its own path, and no chain into it', async () => {
    const told = await tell({ graphs: { Manager: 'ann:->bob bob:->cat cat:dan>dan dan:->bob eve:ann>dan' } });
    expect(told.refusals).toEqual(['Manager: bob → cat → dan → bob', 'Manager: dan → bob → cat → dan']);
  });

  test('refuses a row that names a new user whose row is refused, directly or through other rows', async () => {
    const told = await tell({
      graphs: { Manager: 'ann:- bob:->ann cat:->bob dan:eve>cat eve:->dan' },
      isNew: 'ann bob cat',
      refused: 'ann',
    });
    // dan keeps eve as manager, so eve → dan closes a cycle that is not in the file.
    expect(told.refusals).toEqual([
      'Manager: bob names ann',
      'Manager: cat names bob',
      'Manager: dan names cat',
      'Manager: eve → dan → eve',
    ]);
  });

  test('refuses a row that finds an existing user only by an id that a refused row gives', async () => {
    const told = await tell({ graphs: { Manager: 'bob:->cat' }, refused: 'ann', names: 'bob>ann' });
    expect(told.refusals).toEqual(['Mentor: bob names ann']);
  });

  test('removes refused references before it searches cycles', async () => {
    const told = await tell({ graphs: { Manager: 'bob:->cat cat:->bob' }, refused: 'ann', names: 'bob>ann' });
    expect(told.refusals).toEqual(['Mentor: bob names ann']);
  });

  test('refuses the rows with which the old edge of a refused row closes a cycle', async () => {
    const told = await tell({ graphs: { Manager: 'ann:bob>dan bob:->ann cat:->bob dan:->ann' } });
    expect(told.refusals).toEqual(['Manager: ann → dan → ann', 'Manager: dan → ann → dan', 'Manager: bob → ann → bob']);
  });

  test('refuses a whole chain row by row if the file puts all users under the lowest', async () => {
    const told = await tell({ graphs: { Manager: 'low:mid mid:high>low high:top>low top:->low' } });
    expect(told.refusals).toEqual([
      'Manager: mid → low → mid',
      'Manager: high → low → mid → high',
      'Manager: top → low → mid → high → top',
    ]);
  });

  test('refuses a restored user on a cycle like a new one, and then the row that names the user from outside', async () => {
    const told = await tell({ graphs: { Manager: 'ann:bob bob:->ann cat:bob>ann' }, isNew: 'ann' });
    expect(told.refusals).toEqual(['Manager: ann → bob → ann', 'Manager: bob → ann → bob', 'Manager: cat names ann']);
  });

  test('takes the edges of a refused row back in every hierarchy, which can close a cycle in another', async () => {
    const told = await tell({ graphs: { Manager: 'ann:->bob bob:ann', Coach: 'ann:cat>- cat:->ann' } });
    expect(told.refusals).toEqual(['Manager: ann → bob → ann', 'Coach: cat → ann → cat']);
  });

  test('lists both hierarchies if one row lies on a cycle in each', async () => {
    const told = await tell({ graphs: { Manager: 'ann:->bob bob:ann', Coach: 'ann:->cat cat:->ann' } });
    expect(told.refusals).toEqual(['Manager: ann → bob → ann', 'Coach: ann → cat → ann', 'Coach: cat → ann → cat']);
  });

  test('lists an earlier cycle without a refusal, whether a row repeats its edges or not', async () => {
    const told = await tell({ graphs: { Manager: 'ann:bob>bob bob:ann cat:->ann' } });
    expect(told).toEqual({ refusals: [], existing: ['Manager: ann → bob → ann'] });
  });

  test('lets a row break an earlier cycle, and lists the cycle if that row is refused', async () => {
    expect(await tell({ graphs: { Manager: 'ann:bob>cat bob:ann' } })).toEqual({ refusals: [], existing: [] });
    const told = await tell({ graphs: { Manager: 'ann:bob>cat bob:ann cat:->ann' } });
    expect(told).toEqual({
      refusals: ['Manager: ann → cat → ann', 'Manager: cat → ann → cat'],
      existing: ['Manager: ann → bob → ann'],
    });
  });

  test('cuts paths at the limit, and returns a whole path if the limit allows it', async () => {
    const settled = await resolveHierarchies(planned(100_000, (i) => (i + 1) % 100_000));
    expect(settled.refusalCount).toBe(100_000);
    const [first] = settled.refusals();
    expect(first).toMatchObject({
      user: 0,
      whole: false,
      path: Int32Array.from({ length: PATH_LIMIT }, (_, i) => i),
    });
    const [whole] = settled.refusals(100_000);
    expect(whole).toMatchObject({ whole: true, path: { length: 100_000 } });
  });

  test('is nearly linear if half a million rows are refused one by one, each closing a cycle of the other half', async () => {
    const users = 1_000_000;
    const input = planned(
      users,
      (i) => (i < users / 2 ? i + 1 : 0),
      (i) => (i + 1 < users ? i + 1 : NONE),
    );
    const settled = await resolveHierarchies(input);
    expect(settled.refusalCount).toBe(users / 2);
  });

  test('pauses during the search, and throws the error of the pause', async () => {
    const input = planned(1_000_000, (i) => i ^ 1);
    let pauses = 0;
    await resolveHierarchies(input, async () => void pauses++);
    expect(pauses).toBeGreaterThan(20);
    await expect(resolveHierarchies(input, () => Promise.reject(new Error('cancelled')))).rejects.toThrow('cancelled');
  });

  test.each([
    ['8 people, 2,000 times', 8, 2_000],
    ['40 people, 500 times', 40, 500],
  ])('agrees with a simple, slow model: up to %s', async (_, most, numRuns) => {
    await fc.assert(
      fc.asyncProperty(cases(most), async (input) => {
        const settled = await resolveHierarchies(input);
        const expected = slowly(input);
        const named = [...input.dependencies.from].map((from, i) => `${from} names ${input.dependencies.on[i]}`);
        const reasons = new Map<number, string[]>();
        for (const refusal of settled.refusals(most)) {
          const before = reasons.get(refusal.user) ?? [];
          if (refusal.reason === 'cycle') reasons.set(refusal.user, [...before, spell(refusal)]);
          else {
            reasons.set(refusal.user, [...before, 'row_refused']);
            expect(named).toContain(`${refusal.user} names ${refusal.on}`);
            expect(expected.refused).toContain(refusal.on);
          }
        }
        expect(reasons).toEqual(expected.reasons);
        expect(Array.from(settled.existingCycles(most), spell).toSorted()).toEqual(expected.existing.toSorted());
        expect([...settled.refusals(most)]).toEqual([...(await resolveHierarchies(input)).refusals(most)]);
      }),
      { numRuns },
    );
  });
});

const spell = ({ attributeId, path }: { attributeId: number; path: Iterable<number> }) =>
  `${attributeId}: ${[...path].join(' → ')}`;

/** One hierarchy, without new users. */
const planned = (
  userCount: number,
  edge: (user: number) => number,
  current: (user: number) => number = () => NONE,
): HierarchiesInput => {
  const edges = (of: (user: number) => number) => Int32Array.from({ length: userCount }, (_, user) => of(user));
  return {
    userCount,
    isNew: new Uint8Array(userCount),
    graphs: [{ attributeId: 0, current: edges(current), planned: edges(edge) }],
    dependencies: dependenciesOf([]),
    refused: [],
  };
};

/** Any user, modulo the number of users. */
const pointer = fc.nat(1_000);
const person = fc.record({
  // Most users of a file exist already.
  isNew: fc.nat(5).map((die) => die === 0),
  // For each hierarchy: the edge in the database, and the edge in the row, if the row has one.
  edges: fc.tuple(...[1, 2].map(() => fc.tuple(pointer, fc.option(pointer, { freq: 2 })))),
});

/** Any users with one or two hierarchies, cycles in the database and in the file, some rows refused before. */
const cases = (most: number): fc.Arbitrary<HierarchiesInput> =>
  fc
    .record({
      people: fc.array(person, { minLength: 1, maxLength: most, size: 'max' }),
      attributes: fc.constantFrom([0], [0, 1]),
      names: fc.array(fc.tuple(pointer, pointer), { maxLength: 2 }),
      refused: fc.array(pointer, { maxLength: 2 }),
    })
    .map(({ people, attributes, names, refused }) => {
      const [size, isNew] = [people.length, people.map((who) => who.isNew)];
      const userOrNone = (to: number) => (to % (size + 1)) - 1;
      const graphs = attributes.map((attributeId) => {
        const edges = people.map((who) => who.edges[attributeId]!);
        const current = edges.map(([to]) => (isNew[userOrNone(to)] ? NONE : userOrNone(to)));
        const planned = edges.map(([, to], i) => (to === null ? current[i]! : userOrNone(to)));
        return { attributeId, current: Int32Array.from(current), planned: Int32Array.from(planned) };
      });
      const named = names.map(([from, on]) => [from % size, on % size, 9]);
      for (const { attributeId, planned } of graphs) {
        for (const [from, on] of planned.entries()) if (isNew[on]) named.push([from, on, attributeId]);
      }
      return {
        userCount: size,
        isNew: Uint8Array.from(isNew, Number),
        graphs,
        dependencies: dependenciesOf(named),
        refused: refused.map((who) => who % size),
      };
    });

/** A slow model of the rule: it computes everything again in each round, from every user. */
const slowly = ({ userCount, isNew, graphs, dependencies, refused: before }: HierarchiesInput) => {
  const allUsers = Array.from({ length: userCount }, (_, user) => user);
  const refused = new Set(before);
  const reasons = new Map<number, string[]>();
  const cyclesNow = () =>
    graphs.flatMap(({ attributeId, current, planned }) => {
      const there = allUsers.filter((user) => !(isNew[user] && refused.has(user)));
      const edges = new Map(there.map((user) => [user, (refused.has(user) ? current : planned)[user]!]));
      return there.map((user) => {
        const way = new Set<number>();
        let next: number | undefined = user;
        while (next !== undefined && next !== NONE && !way.has(next)) {
          way.add(next);
          next = edges.get(next);
        }
        const isCause = !refused.has(user) && (isNew[user] === 1 || current[user] !== planned[user]);
        return { person: user, attributeId, isCause, path: next === user ? [...way] : [] };
      });
    });
  for (let isStable = false; !isStable; ) {
    const hanging = [...dependencies.from].filter((from, i) => refused.has(dependencies.on[i]!) && !refused.has(from));
    const guilty = cyclesNow().filter(({ path, isCause }) => path.length > 0 && isCause);
    for (const user of hanging) {
      refused.add(user);
      reasons.set(user, ['row_refused']);
    }
    if (hanging.length > 0) continue;
    for (const cycle of guilty) {
      refused.add(cycle.person);
      reasons.set(cycle.person, [...(reasons.get(cycle.person) ?? []), spell(cycle)]);
    }
    isStable = guilty.length === 0;
  }
  const existing = cyclesNow().filter(({ path, person }) => path.length > 0 && person === Math.min(...path));
  return { refused, reasons, existing: existing.map(spell) };
};
