import { expectedOf } from './data.ts';
import { measureDjango } from './django.ts';
import { importByLimit } from './limit.ts';
import { peakOf, peakOfTree } from './memory.ts';
import { measureOrdinary } from './ordinary.ts';
import { importByProduct, newBenched, type Ran } from './ours.ts';
import { type Stack, settle } from './stack.ts';
import { deletesMissing, fileOf, fillingOf, type Measured, type Task, told } from './task.ts';

/** What an import can be held against, by its name in `--against`; each starts from a state of its own. */
const OTHERS = {
  limit: limitSide,
  rows: (stack: Stack, task: Task) => measureOrdinary('rows', stack.db, task, () => settle(stack)),
  batches: (stack: Stack, task: Task) => measureOrdinary('batches', stack.db, task, () => settle(stack)),
  django: (stack: Stack, task: Task) => measureDjango('django', stack, task),
  'django-bulk': (stack: Stack, task: Task) => measureDjango('django-bulk', stack, task),
};
const SIDES = { ...OTHERS, ours: ourSide };
type SideName = keyof typeof SIDES;

/** The sides that `--against` lists, and ours; throws where it names one that there is not. */
export function sidesOf(against: string): SideName[] {
  const names = against.split(',').map((name) => {
    if (!isOther(name)) throw new Error(`--against lists some of ${Object.keys(OTHERS).join(', ')}`);
    return name;
  });
  return [...new Set(names), 'ours'];
}

/** Each side once, with another one first in each round; gives the ratios of this round by their names. */
export async function playRound(
  stack: Stack,
  task: Task,
  sides: SideName[],
  round: number,
): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const side of inTurn(sides, round)) {
    const measured = await SIDES[side](stack, task);
    Object.assign(seconds, measured.seconds);
    console.log(`  ${side.padEnd(WIDEST)} ${measured.line}`);
  }
  const ratios = ratiosOf(seconds);
  for (const [name, ratio] of Object.entries(ratios)) console.log(`  ${name} ${ratio.toFixed(2)}`);
  return ratios;
}

/** Nobody is always first. */
export const inTurn = <T>(sides: T[], round: number): T[] => {
  const first = round % sides.length;
  return [...sides.slice(first), ...sides.slice(0, first)];
};

/** Above the limit stands the product; above the product what people would do without it. */
export function ratiosOf(seconds: Record<string, number>): Record<string, number> {
  const { ours = Number.NaN, limit, ...others } = seconds;
  return {
    ...(limit !== undefined && { 'ours ÷ limit': ours / limit }),
    ...Object.fromEntries(Object.entries(others).map(([name, of]) => [`${name} ÷ ours`, of / ours])),
  };
}

const WIDEST = Math.max(...Object.keys(SIDES).map((name) => name.length));
const isOther = (name: string): name is keyof typeof OTHERS => name in OTHERS;

async function limitSide(stack: Stack, task: Task): Promise<Measured> {
  const { description, db } = stack;
  const { id } = await newBenched(description.apiUrl, description.operatorToken);
  const filling = fillingOf(task);
  if (filling) await importByLimit(db.$client, id, fileOf(filling), false);
  await settle(stack);
  const { seconds, steps } = await importByLimit(db.$client, id, fileOf(task), deletesMissing(task));
  return { seconds: { limit: seconds }, line: told(task.rows, seconds, steps) };
}

async function ourSide(stack: Stack, task: Task): Promise<Measured> {
  const { description, db } = stack;
  const benched = await newBenched(description.apiUrl, description.operatorToken);
  const filling = fillingOf(task);
  if (filling) await importByProduct(db.$client, benched, fileOf(filling), false);
  await settle(stack);
  const { result, mebibytes } = await peakOfTree(description.pids.postgres, () =>
    importByProduct(db.$client, benched, fileOf(task), deletesMissing(task)),
  );
  prove(result, task);
  const { api, worker, 'large-worker': large } = description.pids;
  const memory = `MiB: api ${peakOf(api)}, worker ${peakOf(worker)}, large-worker ${peakOf(large)}, PostgreSQL ${mebibytes}`;
  return {
    seconds: { ours: result.seconds },
    line: `${told(task.rows, result.seconds, result.stages)}; ${memory}`,
  };
}

/** What is compared has to have done the work: the product says what it did, by row. */
function prove({ outcome, counts }: Ran, { rows, scenario, seed }: Task): void {
  const expected = expectedOf(rows, scenario, seed);
  const found = { changed: counts.updated, new: counts.created, missing: counts.deleted };
  if (outcome !== 'completed' || JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${outcome}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was to come out`);
}
