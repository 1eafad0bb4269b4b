import { afterAll, beforeAll, expect, it } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { TIME_ZONES } from '../model/random-organization.ts';
import { type Round, runRound } from '../model/round.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

const { MODEL_ROUNDS, MODEL_SEED, MODEL_SHOW } = childEnvironment({});
/** Enough rounds to use every rule several times. The fault harness plays others, and a person can run more. */
const USUAL = 120;
const ROUNDS = Number(MODEL_ROUNDS ?? USUAL);
/**
 * A fixed seed, so that a failed run is caused by the present change. A failure is printed with the seed that
 * reproduces it.
 */
const SEED = Number(MODEL_SEED ?? 1);
/** Also prints how often each code and outcome occurred, and every difference. */
const SHOW = MODEL_SHOW !== undefined;
/** Parallel rounds: they keep two cores busy, and the engine is never idle. */
const AT_ONCE = 10;
/** Only hanging rounds take this long. Each reports itself before. */
const TIMEOUT_MS = 1_500_000;
/** Differences printed in full. The first ones show the cause, and the others are mostly the same. */
const SHOWN = 3;

/** These occur in the usual rounds. If not, the random files have become weaker than intended. */
const OFTEN = [
  ...['completed', 'completed_with_errors', 'failed', 'cancelled'],
  ...['deletions', 'the number must be typed', 'many_new_segments', 'review'],
  ...['NO_IDENTITY', 'IDENTITY_CONFLICT', 'DUPLICATE_ROW', 'DUPLICATE_IDENTICAL', 'EMAIL_INVALID', 'EMAIL_CHANGE'],
  ...['EXTERNAL_ID_CHANGE', 'REQUIRED_MISSING', 'LANGUAGE_UNKNOWN', 'BOOLEAN_INVALID', 'TOO_LONG', 'TOO_MANY_CELLS'],
  ...['DATE_INVALID', 'DATE_AMBIGUOUS', 'NUMBER_INVALID', 'NUMBER_AMBIGUOUS', 'SCIENTIFIC_NOTATION'],
  ...['CONTROL_CHARACTER', 'PERSON_NOT_FOUND', 'PERSON_IS_SELF', 'PERSON_DELETED', 'CYCLE', 'EXISTING_CYCLE'],
  ...['BACKDATE_INVALID', 'BACKDATE_TOO_OLD', 'BACKDATE_IN_FUTURE', 'BACKDATE_NEW_USER', 'BACKDATE_WITHOUT_VALUE'],
  ...['BACKDATE_PARTICIPATION_TRUE', 'UNKNOWN_HEADER', 'UNNAMED_COLUMN', 'SHORT_ROW', 'CASE_VARIANT', 'PLACEHOLDER'],
  ...['ENCODING_CONVERTED', 'DOUBLE_ENCODED', 'DELIMITER_DETECTED', 'NO_RANGE', 'RESTORES_DELETED'],
  ...['REFERENCE_CLEARED', 'DELETION_OFF', 'KEPT', 'DATE_IMPLAUSIBLE', 'WORDS_READ', 'LETTER_LOST', 'HTML_ENTITY'],
  ...['ROWS_IN_CELL', 'HEADER_AGAIN', 'TRAILING_DELIMITERS'],
];

const sql = openDatabase();
let api: TestApi;
let worker: RunningWorker;
beforeAll(async () => {
  const taskQueue = ownQueue('model');
  worker = await startWorker({ taskQueue, chunkRows: 10 });
  api = await startApi({ taskQueue });
});
afterAll(async () => {
  await api.close();
  await worker.close();
  await sql.end();
});

it(
  'the product gives the results of the reference model for random organizations and files',
  async () => {
    console.log(`Reference model: ${ROUNDS} rounds from MODEL_SEED=${SEED}`);
    const rounds: Round[] = [];
    let next = SEED;
    const play = async (): Promise<void> => {
      while (next < SEED + ROUNDS) {
        const seed = next++;
        const timeZone = await zoneInDaytime(seed);
        const today = new Intl.DateTimeFormat('sv', { timeZone }).format(Date.now());
        const played = runRound({ sql, api }, seed, { timeZone, today });
        rounds.push(await played.catch((cause) => fault(seed, cause)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, play));
    const different = rounds.filter((round) => round.different).sort((one, other) => one.seed - other.seed);
    if (SHOW) console.log([...histogramOf(rounds), ...different.flatMap(linesOf)].join('\n'));
    expect(different.length, different.slice(0, SHOWN).map(told).join('\n\n')).toBe(0);
    const met = new Set(rounds.flatMap(({ codes, outcomes }) => [...codes, ...outcomes]));
    if (ROUNDS < USUAL) return;
    expect(OFTEN.filter((name) => !met.has(name))).toEqual([]);
    expect(rounds.reduce((sum, { known }) => sum + known, 0)).toBeGreaterThan(ROUNDS / 2);
  },
  TIMEOUT_MS,
);

const fault = (seed: number, cause: unknown): never => {
  throw new Error(`MODEL_SEED=${seed} MODEL_ROUNDS=1 came to no end`, { cause });
};

/** A time zone in which no day ends within the round. */
async function zoneInDaytime(seed: number): Promise<string> {
  const hourIn = (timeZone: string) =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(Date.now()));
  const fit = TIME_ZONES.filter((timeZone) => hourIn(timeZone) >= 1 && hourIn(timeZone) < 23);
  return fit[seed % fit.length]!;
}

function told({ seed, different }: Round): string {
  const { file, text, lines } = different!;
  const { kind, options, decision } = file;
  return [
    `MODEL_SEED=${seed} MODEL_ROUNDS=1 (${kind}, ${JSON.stringify(options)}, ${decision})`,
    ...lines.slice(0, 15),
    text.slice(0, 3000),
  ].join('\n');
}

const linesOf = ({ seed, different }: Round): string[] =>
  different!.lines.map((line) => `DIFF ${seed} ${different!.file.kind}: ${line}`);

function histogramOf(rounds: Round[]): string[] {
  const counts = new Map<string, number>();
  for (const { codes, outcomes } of rounds)
    for (const met of [...codes, ...outcomes]) counts.set(met, (counts.get(met) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([met, count]) => `${count} ${met}`);
}
