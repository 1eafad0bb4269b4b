/** A hierarchy of a file: the manager of each user, and how many rows must be refused because they lie on a cycle. */
export type Shape = { managerOf: (number: number) => number | null; onCycles: number };

/** Reports of each manager in a tree: a million people are eight levels deep. */
const WIDTH = 6;

/**
 * The shapes that are hard on a search for cycles, for this number of people. The users on no cycle are in a tree
 * beside it.
 */
export function shapesOf(rows: number): Record<string, Shape> {
  const some = Math.max(2, Math.floor(rows / 10));
  const pairs = 2 * Math.floor(rows / 10);
  return {
    'a chain of all': { managerOf: (number) => (number === 0 ? null : number - 1), onCycles: 0 },
    'one cycle of a tenth': {
      managerOf: (number) => (number < some ? (number + 1) % some : inTree(number, some)),
      onCycles: some,
    },
    'cycles of two': { managerOf: (number) => (number < pairs ? number ^ 1 : inTree(number, pairs)), onCycles: pairs },
    'a star': { managerOf: (number) => (number === 0 ? null : 0), onCycles: 0 },
  };
}

/** The manager in a tree that begins at a number. */
function inTree(number: number, from: number): number | null {
  return number === from ? null : from + Math.floor((number - from - 1) / WIDTH);
}

/** The file of a shape, in pieces, with the people in mixed order. */
export function* fileOf(rows: number, { managerOf }: Shape): Generator<string> {
  let piece = 'Email;First name;Manager\r\n';
  const step = stepOf(rows);
  for (let place = 0; place < rows; place++) {
    const number = (place * step) % rows;
    const manager = managerOf(number);
    piece += `${emailOf(number)};Name;${manager === null ? '' : emailOf(manager)}\r\n`;
    if (place % PIECE_LINES !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

const PIECE_LINES = 1_000;
const emailOf = (number: number): string => `person.${number}@example.com`;

/** The step shares no divisor with the number of rows, so every user comes once. */
function stepOf(rows: number): number {
  let step = Math.floor(rows * 0.618) | 1;
  while (divisor(step, rows) !== 1) step += 2;
  return step;
}
const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));
