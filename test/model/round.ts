import type postgres from 'postgres';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { clientOf } from '../support/client.ts';
import { type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { uploadRaw } from '../support/uploads.ts';
import { fileAgain, writeBetween } from './again.ts';
import { differences } from './compare.ts';
import { storeOrganization } from './database.ts';
import { answerable } from './gate.ts';
import { runModel } from './model.ts';
import { observedResult } from './observed-result.ts';
import { randomOf } from './random.ts';
import { type RandomFile, randomFile } from './random-file.ts';
import { randomOrganization } from './random-organization.ts';
import { readBytes } from './read-bytes.ts';

/**
 * The result of a round: what it covered, how many rows were unchanged by the baseline, and the first file whose
 * results differ between model and product.
 */
export type Round = { seed: number; codes: string[]; outcomes: string[]; known: number; different: Different | null };
type Different = { file: RandomFile; text: string; lines: string[] };
type Product = { sql: postgres.Sql; api: TestApi };

/**
 * Stores a random organization in the product and uploads one to three files in turn, some of them again after another
 * program has written. Compares the results after each file.
 */
export async function runRound(
  product: Product,
  seed: number,
  place: { timeZone: string; today: string },
): Promise<Round> {
  const random = randomOf(seed);
  let organization = randomOrganization(random, place.timeZone, place.today);
  const stored = await storeOrganization(product.sql, organization);
  const token = await tokenFor(product.sql, { ...stored, attributes: {} }, 'approver');
  const round: Round = { seed, codes: [], outcomes: [], known: 0, different: null };
  let last: RandomFile | null = null;
  for (let left = random.one([1, 1, 2, 2, 3]); left > 0; left--) {
    const file: RandomFile = last && random.chance(0.7) ? fileAgain(random, last) : randomFile(random, organization);
    if (last) await writeBetween(random, product.sql, stored, organization);
    last = file;
    const { bytes, options, decision } = file;
    const model = runModel({ organization, bytes, options, decision });
    const { edit, gate } = await upload(product, { ...stored, token }, file);
    const found = await observedResult(product.sql, stored, organization, edit, gate);
    const lines = differences({ ...model, organization: model.next }, found);
    round.codes.push(...model.findings.map(({ code }) => code));
    round.outcomes.push(model.outcome, ...model.why.map((why) => why.split(':')[0] ?? ''));
    round.known += await knownRows(product.sql, edit.id);
    organization = model.next;
    if (lines.length === 0) continue;
    round.different = { file, lines, text: readBytes(bytes).text };
    return round;
  }
  return round;
}

type Ended = { edit: MassEditJson; gate: boolean };

async function upload(
  product: Product,
  of: { id: string; token: string; uploader: number },
  file: RandomFile,
): Promise<Ended> {
  const { options, bytes, decision } = file;
  const client = clientOf(product.api.url, of.id, of.token);
  const query = new URLSearchParams(
    Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const organization = { ...of, attributes: {} };
  const started = await uploadRaw({ api: product.api, organization, token: of.token }, Buffer.from(bytes), `?${query}`);
  if (started.status !== 202) throw new Error(`Not started: ${await started.text()}`);
  const { id } = (await started.json()) as MassEditJson;
  const asked = await waitForState(product.sql, id, ['awaiting_approval', 'ended'], client.at);
  if (asked.state === 'ended') return { edit: asked, gate: false };
  const typed = asked.gate?.countRequired ? { count: asked.deletion?.count } : {};
  const approve = (edit: MassEditJson) => client.approve(edit, typed);
  const answers = { approve, skip_deletions: client.skipDeletions, cancel: client.cancel };
  const { status, body } = await answers[answerable(decision, asked.deletion?.count ?? 0)](asked);
  if (status !== 202) throw new Error(`Not answered: ${JSON.stringify(body)}`);
  return { edit: await waitForState(product.sql, id, ['ended'], client.at), gate: true };
}

/** A mass edit takes a second beside others. Polling faster would take longer than the mass edits. */
const LOOK_EVERY_MS = 50;
/** For a busy machine and ten rounds at once. A mass edit that hangs still ends the round. */
const PATIENCE_MS = 240_000;

async function waitForState(
  sql: postgres.Sql,
  id: string,
  states: MassEditJson['state'][],
  at: (edit: { id: string }) => Promise<MassEditJson>,
): Promise<MassEditJson> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await sql<{ state: MassEditJson['state'] }[]>`select state from mass_edits where public_id = ${id}`;
    if (row && states.includes(row.state)) return at({ id });
    if (Date.now() > end) throw new Error(`Waited in vain for ${states.join(' or ')}: ${row?.state}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function knownRows(sql: postgres.Sql, id: string): Promise<number> {
  const [rows] = await sql<{ known: number }[]>`select count(*)::int as known from plan_rows p
    join mass_edits e on e.id = p.mass_edit_id where e.public_id = ${id} and p.known`;
  return rows?.known ?? 0;
}
