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
  /** Seeds of rounds that failed once: they are played first, for ever. */
  keptSeeds: number[];
  mutation?: string;
  /** Ends the run with the first wrong result, for whoever only asks whether there is one. */
  untilWrong?: boolean;
  failAt?: string;
  say: (line: string) => void;
};
export type Summary = {
  /** By kind, those that came about. */
  events: Partial<Record<Kind, number>>;
  /** That never met what they were waiting for. */
  missed: number;
  massEdits: number;
  /** Failpoints, as `stage:point`, that nobody came by. */
  unmet: Set<string>;
  wrong: string[];
  /** Seeds of the rounds in which something was wrong. */
  seeds: number[];
};

/** Faults that may come at once are in lanes of their own: what a worker suffers, what the servers do, what callers see. */
const LANES: Kind[][] = [
  ['kills', 'sleepers'],
  // Three wait at a time, each for its own stage: most of the time nothing but waiting is done.
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

/** Plays rounds until all faults have come about, and then until the last round has ended; leaves nothing running. */
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
  const rig = await startFaultEnvironment({ mutation, failAt, withSmallDisk: (mix.disk ?? 0) > 0, say });
  try {
    const faults = faultsOf({ rig, random, wishes, unmet: sum.unmet });
    const decks = new Map(LANES.map((kinds) => [kinds.join(), createFaultSchedule(random, mix, kinds)]));
    const lanes = LANES.map((kinds) => {
      const deck = decks.get(kinds.join()) ?? [];
      return playLane(deck, faults, random, sum, { say, wrong, isOver });
    });
    let isDone = false;
    const rounds = seedsOf(input);
    const playing = Array.from({ length: ROUNDS_AT_ONCE }, async () => {
      while (!isDone && !isOver()) {
        const round = await runRound(rig, rounds(), wishes);
        noteRound(round, sum, wrong);
      }
    });
    await Promise.all(lanes);
    isDone = true;
    await Promise.all(playing);
    // As many as there are take each of them in turn: one that nobody comes by stands where nobody works any more.
    if ((mix.failpoints ?? 0) >= FAILPOINTS.length)
      for (const failpoint of sum.unmet) wrong(`nobody came by the failpoint ${failpoint}`);
    for (const left of isOver() ? [] : await leftoversAtEnd(rig)) wrong(`left at the end: ${left}`);
    return sum;
  } finally {
    await rig.stop();
    process.off('uncaughtException', ignoreTheDriver);
  }
}

/** Kept seeds first, then those of this run. */
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

/** Takes one fault after the other from the deck, which others may take from too, with pauses that a round can get on in. */
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
