import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { differences } from '../model/compare.ts';
import { type StoredOrganization, storeOrganization } from '../model/database.ts';
import { answerable } from '../model/gate.ts';
import { runModel } from '../model/model.ts';
import { observedResult } from '../model/observed-result.ts';
import { type Random, randomOf } from '../model/random.ts';
import { type RandomFile, randomFile } from '../model/random-file.ts';
import { randomOrganization, TIME_ZONES } from '../model/random-organization.ts';
import type { Organization } from '../model/types.ts';
import { leftoversOf, versionsOf, wrongWrites } from './check-result.ts';
import { type Client, clientOf } from './client.ts';
import type { FaultEnvironment } from './environment.ts';
import { type Look, observer, sumOf } from './observer.ts';
import { retryWhileAway } from './steady.ts';

/** The result of a round: how many mass edits it had, and what was wrong. */
export type Round = { seed: number; organizationId: string; massEdits: number; wrong: string[] };
/** What rounds must do with their next upload. */
export type Wishes = { beforeUpload: (() => void)[] };

const LOOK_EVERY_MS = 100;
/** Every how many looks the API is asked too. */
const OVER_HTTP = 4;
/** Work with constant faults takes long. A round that hangs still ends. */
export const PATIENCE_MS = 400_000;

/** Runs one or two random files in a random organization, while any fault may hit the product. */
export async function runRound(environment: FaultEnvironment, seed: number, wishes: Wishes): Promise<Round> {
  const random = randomOf(seed);
  const timeZone = zoneInDaytime(seed);
  const today = new Intl.DateTimeFormat('sv', { timeZone }).format(Date.now());
  let organization = randomOrganization(random, timeZone, today);
  const stored = await retryWhileAway(() => storeOrganization(environment.sql, organization));
  const token = await retryWhileAway(() => newToken(environment.sql, stored));
  const client = clientOf(environment.url, stored.id, token);
  const round: Round = { seed, organizationId: stored.id, massEdits: 0, wrong: [] };
  const acknowledged: string[] = [];
  try {
    for (let left = random.one([1, 1, 2]); left > 0 && round.wrong.length === 0; left--) {
      const file = aimedFile(random, organization);
      const played = await playFile({ environment, client, stored, organization, file, random, wishes, acknowledged });
      round.massEdits++;
      round.wrong.push(...played.wrong);
      organization = played.next;
    }
    round.wrong.push(...(await leftoversOf(environment, stored.id, acknowledged)));
  } catch (error) {
    round.wrong.push(`came to no end: ${(error as Error).stack}`);
  }
  return round;
}

/**
 * As the model makes files, but more often with a decision at the gate, because most can go wrong there, and with users
 * to delete, so that a failpoint in that stage is soon passed.
 */
function aimedFile(random: Random, organization: Organization): RandomFile {
  const first = randomFile(random, organization);
  const file = first.kind === 'hostile' ? randomFile(random, organization) : first;
  const deleteMissingUsers = file.options.deleteMissingUsers || random.chance(0.8);
  const decision = file.decision === 'cancel' && random.chance(0.5) ? 'approve' : file.decision;
  return { ...file, options: { ...file.options, deleteMissingUsers }, decision };
}

type Playing = {
  environment: FaultEnvironment;
  client: Client;
  stored: StoredOrganization;
  organization: Organization;
  file: RandomFile;
  random: Random;
  wishes: Wishes;
  acknowledged: string[];
};

async function playFile(play: Playing): Promise<{ wrong: string[]; next: Organization }> {
  const { environment, client, stored, organization, file, wishes } = play;
  const { bytes, options } = file;
  const model = runModel({ organization, bytes, options, decision: file.decision });
  const decision = answerable(file.decision, model.missing.length);
  const before = await retryWhileAway(() => versionsOf(environment.sql, stored.id));
  const wish = wishes.beforeUpload.shift();
  if (wish) await client.uploadHalf(file, wish);
  const id = await client.upload(file);
  play.acknowledged.push(id);
  const { gate, approved, wrong } = await carriedThrough({ ...play, file: { ...file, decision } }, id);
  const edit = await client.at(id);
  const found = await retryWhileAway(() => observedResult(environment.sql, stored, organization, edit, gate));
  wrong.push(...differences({ ...model, organization: model.next }, found), ...sumOf(edit));
  const decided = gate ? decision : edit.decision;
  if (edit.decision !== decided) wrong.push(`decided was ${edit.decision}, acknowledged ${decision}`);
  const applied = edit.outcome !== 'cancelled';
  const of = { organizationId: stored.id, editId: id, approved, applied };
  wrong.push(...(await retryWhileAway(() => wrongWrites(environment.sql, before, of))));
  const told = `${file.kind}, ${JSON.stringify(options)}, ${decision}, mass edit ${id}`;
  return { wrong: wrong.map((line) => `${line} (${told})`), next: model.next };
}

/** Watches a mass edit to its end and answers the gate. Returns the users on the approved list. */
async function carriedThrough({ environment, client, file, random }: Playing, id: string) {
  const [overSql, overHttp] = [observer(), observer()];
  const wrong: string[] = [];
  let approved: number[] = [];
  let gate = false;
  const end = Date.now() + PATIENCE_MS;
  for (let looks = 0; ; looks++) {
    const look = await retryWhileAway(() => lookAt(environment.sql, id));
    overSql.see(look);
    if (looks % OVER_HTTP === 0 || look.state === 'ended') {
      const shown = await client.glance(id);
      if (shown) overHttp.see({ ...shown, stages: shown.stages.map((stage, at) => ({ ...stage, number: at + 1 })) });
      if (shown) wrong.push(...sumOf(shown));
    }
    if (look.state === 'ended') break;
    if (look.state === 'awaiting_approval' && !gate) {
      gate = true;
      const list = await retryWhileAway(() => listOf(environment.sql, id));
      if (file.decision === 'approve') approved = list;
      wrong.push(...(await answerTheGate(client, file, random, id)));
    }
    if (Date.now() > end) throw new Error(`No end after ${PATIENCE_MS / 1000} s: ${JSON.stringify(look)}`);
    await pause(LOOK_EVERY_MS);
  }
  return { gate, approved, wrong: [...wrong, ...overSql.wrong(), ...overHttp.wrong()] };
}

/** Sometimes with answers before and after it that must be refused. */
async function answerTheGate(client: Client, { decision }: RandomFile, random: Random, id: string): Promise<string[]> {
  const edit = await client.at(id);
  const wrong: string[] = [];
  if (random.chance(0.3) && (await client.answerWrongly(edit, 'approve', 'other')) === 'taken')
    wrong.push('an approval of a list that was never shown was accepted');
  await client.answer(edit, decision);
  const other = decision === 'approve' ? 'skip_deletions' : 'approve';
  if (random.chance(0.3) && (await client.answerWrongly(edit, other, 'shown')) === 'taken')
    wrong.push(`${other} was taken after ${decision}`);
  return wrong;
}

async function lookAt(sql: postgres.Sql, id: string): Promise<Look> {
  const [look] = await sql<Look[]>`select state, outcome, decision, (select json_agg(json_build_object('number', number,
      'status', status, 'done', done, 'total', total) order by number) from stages where mass_edit_id = e.id) as stages
    from mass_edits e where public_id = ${id}`;
  if (!look) throw new Error('A mass edit that was acknowledged is not there');
  return look;
}

async function listOf(sql: postgres.Sql, id: string): Promise<number[]> {
  const rows = await sql<{ key: number }[]>`select user_id as key from missing_users
    where kept is null and mass_edit_id = (select id from mass_edits where public_id = ${id})`;
  return rows.map(({ key }) => key);
}

/** A token of the uploader that may approve too. */
export async function newToken(sql: postgres.Sql, { id, uploader }: Pick<StoredOrganization, 'id' | 'uploader'>) {
  const token = `me_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest();
  await sql`insert into tokens (organization_id, user_id, role, name, hash)
    values (${id}, ${uploader}, 'approver', 'faults', ${hash})`;
  return token;
}

/** A time zone in which no day ends within the round. */
function zoneInDaytime(seed: number): string {
  const hourIn = (timeZone: string) =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(Date.now()));
  const fit = TIME_ZONES.filter((timeZone) => hourIn(timeZone) >= 1 && hourIn(timeZone) < 23);
  return fit[seed % fit.length]!;
}
