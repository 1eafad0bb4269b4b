import { Readable } from 'node:stream';
import type postgres from 'postgres';
import { demoApi, textIn } from '../../dev/demo/api.ts';
import { STAGE_NAMES } from '../../workflows/contract.ts';
import { ATTRIBUTES } from '../workload/data.ts';

/** An organization of its own, with a token that may approve. */
export type BenchOrganization = { apiUrl: string; id: string; token: string };
export type ImportResult = {
  seconds: number;
  stages: Record<string, number>;
  outcome: string;
  counts: Record<string, number>;
};

/** Creates an organization with the benched attributes, by the API. */
export async function createBenchOrganization(apiUrl: string, operatorToken: string): Promise<BenchOrganization> {
  const made = await demoApi({ apiUrl, token: operatorToken }).post('/v1/organizations', {
    name: 'Bench',
    timeZone: 'Europe/Stockholm',
    deleteLimitPercent: 100,
    admin: { email: 'bench@example.com', firstName: 'Bench' },
  });
  const benched = { apiUrl, id: textIn(made, 'id'), token: textIn(made, 'token') };
  const api = demoApi({ apiUrl, token: benched.token });
  const path = `/v1/organizations/${benched.id}/attributes`;
  const there = JSON.stringify(await api.get(path));
  for (const attribute of ATTRIBUTES) {
    if (!there.includes(`"${attribute.name}"`)) await api.post(path, attribute);
  }
  return benched;
}

/**
 * Uploads a file and waits for its end, approving at the gate. The seconds are from the first byte of the upload to
 * `ended`.
 *
 * @param sql polls the state: a request over HTTP every few milliseconds would add to the measured time
 * @param lookEveryMs more than the default if many are polled at once, or if they are not measured
 */
export async function importViaProduct(
  sql: postgres.Sql,
  { apiUrl, id, token }: BenchOrganization,
  csv: Iterable<string>,
  deleteMissing: boolean,
  resetEmptyFields = false,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<ImportResult> {
  const path = `/v1/organizations/${id}/mass-edits`;
  const began = performance.now();
  // A stream, like a file from a disk: the whole file is never in memory here.
  const options = `deleteMissingUsers=${deleteMissing}&resetEmptyFields=${resetEmptyFields}`;
  const answer = await fetch(`${apiUrl}${path}?${options}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: Readable.toWeb(Readable.from(csv, { objectMode: false })),
    duplex: 'half',
  } as RequestInit);
  const started: unknown = await answer.json();
  const uploaded = (performance.now() - began) / 1000;
  if (answer.status !== 202) throw new Error(`Not started: ${JSON.stringify(started)}`);
  const massEdit = textIn(started, 'id');
  for (let approved = false; ; ) {
    const [now] = await sql<{ state: string; digest: string; deletions: number; answers: number | null }[]>`
      select state, list_digest as digest, deletions, (select (r ->> 'answers')::int
        from jsonb_array_elements(gate -> 'reasons') r where r ->> 'reason' = 'answers_removed') as answers
      from mass_edits where public_id = ${massEdit}`;
    if (now?.state === 'ended') break;
    if (now?.state === 'awaiting_approval' && !approved) {
      approved = true;
      const { digest, deletions, answers } = now;
      const answer = {
        ...{ decision: 'approve', listDigest: digest, acknowledged: true, count: deletions },
        ...(answers === null ? {} : { answersCount: answers }),
      };
      await demoApi({ apiUrl, token }).post(`${path}/${massEdit}/approval`, answer);
    }
    const waited = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, Math.max(lookEveryMs, waited / LOOKS)));
  }
  const seconds = (performance.now() - began) / 1000;
  const { stages, ...end } = await endOf(sql, massEdit);
  const inStages = Object.values(stages).reduce((sum, stage) => sum + stage, 0);
  // The rest is the engine between the stages, the approval and the finish.
  return { seconds, ...end, stages: { upload: uploaded, ...stages, between: seconds - uploaded - inStages } };
}

/** Short compared with the shortest measured import. */
const LOOK_EVERY_MS = 5;
/**
 * The polling interval grows to a two-hundredth of the elapsed time, so that polling does not affect the measurement.
 */
const LOOKS = 200;

async function endOf(sql: postgres.Sql, massEdit: string): Promise<Omit<ImportResult, 'seconds'>> {
  const stages = await sql<{ number: number; seconds: number }[]>`
    select s.number, extract(epoch from s.ended_at - s.started_at)::float8 as seconds from stages s
    join mass_edits m on m.id = s.mass_edit_id where m.public_id = ${massEdit} and s.started_at is not null order by s.number`;
  const [end] = await sql<{ outcome: string; counts: Record<string, number> }[]>`
    select outcome, counts from mass_edits where public_id = ${massEdit}`;
  if (!end) throw new Error('The mass edit is gone');
  return {
    ...end,
    stages: Object.fromEntries(stages.map(({ number, seconds }) => [STAGE_NAMES[number - 1], seconds])),
  };
}
