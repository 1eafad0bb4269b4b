import { setTimeout as pause } from 'node:timers/promises';
import { type Random, randomOf } from '../model/random.ts';
import { leftoversAtEnd } from './check-result.ts';
import { startFaultEnvironment } from './environment.ts';
import { faultsOf } from './events.ts';
import { everyFailpoint } from './failpoints.ts';
import type { Fault } from './next-hit.ts';
import { type Round, runRound, type Wishes } from './round.ts';
import { createFaultSchedule, type Kind, type Mix } from './schedule.ts';
import { isOfLostSocket } from './steady.ts';

export type FaultsInput = {
  seed: number;
  mix: Mix;
  /** Seeds of rounds that failed once: they always run first. */
  keptSeeds: number[];
  mutation?: string;
  /** Stops at the first wrong result, for a caller that only asks whether there is one. */
  untilWrong?: boolean;
  failAt?: string;
  say: (line: string) => void;
};
export type Summary = {
  /** Faults that came about, by kind. */
  events: Partial<Record<Kind, number>>;
  /** Faults whose condition never came about. */
  missed: number;
  massEdits: number;
  /** Failpoints, as `stage:point`, that no process passed. */
  unmet: Set<string>;
  wrong: string[];
  /** Seeds of the rounds in which something was wrong. */
  seeds: number[];
};

/** Faults that may happen at the same time are in separate lanes: faults of workers, of servers, and of callers. */
const LANES: Kind[][] = [
  ['kills', 'sleepers'],
  // Three wait at a time, each for its own stage: mostly they only wait.
  ['failpoints'],
  ['failpoints'],
  ['failpoints'],
  ['postgres', 'temporal', 'links', 'disk'],
  ['api', 'commits'],
  ['locks', 'tampering'],
];
/** So that a fault hits several organizations, in different stages. */
const ROUNDS_AT_ONCE = 5;
const PAUSE_MS = { least: 100, most: 900 };
const SEEDS_OF_A_RUN = 100_000;
export const FAILPOINTS = everyFailpoint().map(({ stage, point }) => `${stage}:${point}`);

/** Runs rounds until all faults have come about, and then until the last round has ended. Leaves nothing running. */
export async function runFaults(input: FaultsInput): Promise<Summary> {
  const { mutation, failAt, mix, say } = input;
  const random = randomOf(input.seed);
  const wishes: Wishes = { beforeUpload: [] };
  const sum: Summary = { events: {}, missed: 0, massEdits: 0, unmet: new Set(FAILPOINTS), wrong: [], seeds: [] };
  const isOver = (): boolean => input.untilWrong === true && sum.wrong.length > 0;
  const wrong = (line: string): void => {
    sum.wrong.push(line);
    say(`WRONG ${line}`);
  };
  const ignoreTheDriver = (error: Error): void => {
    if (!isOfLostSocket(error)) throw error;
  };
  process.on('uncaughtException', ignoreTheDriver);
  const environment = await startFaultEnvironment({ mutation, failAt, withSmallDisk: (mix.disk ?? 0) > 0, say });
  try {
    const faults = faultsOf({ environment, random, wishes, unmet: sum.unmet });
    const decks = new Map(LANES.map((kinds) => [kinds.join(), createFaultSchedule(random, mix, kinds)]));
    const lanes = LANES.map((kinds) => {
      const deck = decks.get(kinds.join()) ?? [];
      return playLane(deck, faults, random, sum, { say, wrong, isOver });
    });
    let isDone = false;
    const rounds = seedsOf(input);
    const playing = Array.from({ length: ROUNDS_AT_ONCE }, async () => {
      while (!isDone && !isOver()) {
        const round = await runRound(environment, rounds(), wishes);
        noteRound(round, sum, wrong);
      }
    });
    await Promise.all(lanes);
    isDone = true;
    await Promise.all(playing);
    // With at least as many faults as failpoints, each failpoint gets its turn. One that no process passes stands in
    // dead code.
    if ((mix.failpoints ?? 0) >= FAILPOINTS.length)
      for (const failpoint of sum.unmet) wrong(`no process passed the failpoint ${failpoint}`);
    for (const left of isOver() ? [] : await leftoversAtEnd(environment)) wrong(`left at the end: ${left}`);
    return sum;
  } finally {
    await environment.stop();
    process.off('uncaughtException', ignoreTheDriver);
  }
}

/** The kept seeds first, then those of this run. */
function seedsOf({ seed, keptSeeds }: FaultsInput): () => number {
  const kept = [...keptSeeds];
  let next = seed * SEEDS_OF_A_RUN;
  return () => kept.shift() ?? next++;
}

function noteRound(round: Round, sum: Summary, wrong: (line: string) => void): void {
  sum.massEdits += round.massEdits;
  if (round.wrong.length > 0) sum.seeds.push(round.seed);
  for (const line of round.wrong) wrong(`round ${round.seed}, organization ${round.organizationId}: ${line}`);
}

type Saying = { say: (line: string) => void; wrong: (line: string) => void; isOver: () => boolean };

/** Takes faults from the shared schedule one after the other, with pauses in which a round can progress. */
async function playLane(
  deck: Kind[],
  faults: Record<Kind, Fault>,
  random: Random,
  sum: Summary,
  { say, wrong, isOver }: Saying,
): Promise<void> {
  for (let kind = deck.shift(); kind && !isOver(); kind = deck.shift()) {
    await pause(random.whole(PAUSE_MS.least, PAUSE_MS.most));
    try {
      const told = await faults[kind]();
      if (told === null) sum.missed++;
      else sum.events[kind] = (sum.events[kind] ?? 0) + 1;
      say(`${kind}: ${told ?? 'met nothing'}`);
    } catch (error) {
      wrong(`${kind}: ${(error as Error).stack}`);
    }
  }
}
