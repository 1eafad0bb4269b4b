import type postgres from 'postgres';
import { STAGE_NAMES } from '../../workflows/contract.ts';
import { formatSamples, percentileOf, type Sample } from './percentiles.ts';

/** When each stage of a mass edit ran, in milliseconds since 1970. */
export type StageTimes = { name: string; from: number; to: number }[];

/** The stages of the newest mass edit, by the clock of the database, which is this machine's clock. */
export async function stageTimesOf(sql: postgres.Sql, organizationId: string): Promise<StageTimes> {
  const stages = await sql<{ number: number; from: number; to: number }[]>`
    select s.number, extract(epoch from s.started_at)::float8 * 1000 as from,
      extract(epoch from s.ended_at)::float8 * 1000 as to
    from stages s where s.started_at is not null
      and s.mass_edit_id = (select max(id) from mass_edits where organization_id = ${organizationId})
    order by s.number`;
  return stages.map(({ number, from, to }) => ({ name: STAGE_NAMES[number - 1] ?? String(number), from, to }));
}

/** Prints the samples, and the stages during which the slowest hundredth fell. */
export function tellByStage(what: string, samples: Sample[], stages: StageTimes, worst = 3): void {
  console.log(`${what}: ${formatSamples(samples)}`);
  const byStage = Map.groupBy(samples, (sample) => stageAt(sample, stages));
  const inTurn = [...byStage].toSorted(([, a], [, b]) => percentileOf(b, 99) - percentileOf(a, 99));
  for (const [name, of] of inTurn.slice(0, worst)) console.log(`    ${name}: ${formatSamples(of)}`);
}

/** The stage that contains the middle of the sample. */
function stageAt({ at, ms }: Sample, stages: StageTimes): string {
  const middle = at + ms / 2;
  const found = stages.find(({ from, to }) => middle >= from && middle < to);
  if (found) return found.name;
  if (middle < (stages[0]?.from ?? 0)) return 'Upload';
  return middle >= (stages.at(-1)?.to ?? 0) ? 'After the stages' : 'Between stages';
}
