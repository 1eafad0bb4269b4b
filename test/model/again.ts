import type postgres from 'postgres';
import type { StoredOrganization } from './database.ts';
import type { Random } from './random.ts';
import type { RandomFile } from './random-file.ts';
import { readBytes } from './read-bytes.ts';
import type { Organization, User } from './types.ts';

/**
 * The same file again, as an export returns it: byte for byte, or with lines removed, repeated, moved or changed. Most
 * of its rows are unchanged then.
 */
export function fileAgain(random: Random, file: RandomFile): RandomFile {
  const { resetEmptyFields, deleteMissingUsers } = file.options;
  const options = {
    ...file.options,
    resetEmptyFields: resetEmptyFields !== random.chance(0.1),
    deleteMissingUsers: deleteMissingUsers !== random.chance(0.3),
  };
  const { text, encoding } = readBytes(file.bytes);
  const again: RandomFile = {
    ...file,
    kind: `${file.kind} again`,
    options,
    decision: random.one(['approve', 'skip_deletions']),
  };
  if (encoding !== 'utf-8' || text.includes('"') || random.chance(0.3)) return again;
  const [header = '', ...rows] = text.split(/(?<=\n|\r(?!\n))/);
  const kept = rows.flatMap((row) =>
    random.chance(0.08) ? [] : random.chance(0.04) ? [`${row.trimEnd()}\n`, row] : [row],
  );
  const changed = kept.map((row) => (random.chance(0.15) ? changedIn(random, row) : row));
  const moved = random.chance(0.3) ? random.shuffled(changed.map((row) => `${row.trimEnd()}\n`)) : changed;
  return { ...again, bytes: Buffer.concat([markOf(file.bytes), Buffer.from([header, ...moved].join(''))]) };
}

/** Replaces a word or a digit by another. */
const changedIn = (random: Random, row: string): string =>
  random.chance(0.5) ? row.replace(/;[A-Z][a-z]+/, ';Other') : row.replace(/\d(?=[;,\r\n])/, '7');

const markOf = (bytes: Uint8Array): Uint8Array => (bytes[0] === 0xef ? bytes.subarray(0, 3) : new Uint8Array());

/** Changes the organization between two files, directly in the database like another program. */
export async function writeBetween(
  random: Random,
  sql: postgres.Sql,
  stored: StoredOrganization,
  organization: Organization,
): Promise<void> {
  const keys = new Map([...stored.people].map(([key, id]) => [id, key]));
  const live = organization.people.filter(({ id, deletedDaysAgo }) => deletedDaysAgo === null && keys.has(id));
  for (let left = random.one([0, 0, 1, 2]); left > 0 && live.length > 0; left--) {
    const user = random.one(live);
    await random.one([rename, moveAddress, giveNumber, renameSegment])(sql, {
      organization,
      of: stored.id,
      person: user,
      key: keys.get(user.id)!,
    });
  }
}

type Between = { organization: Organization; of: string; person: User; key: number };

async function rename(sql: postgres.Sql, { person, key }: Between): Promise<void> {
  person.lastName = 'Between';
  await sql`update users set last_name = 'Between' where id = ${key}`;
}

async function moveAddress(sql: postgres.Sql, { person, key }: Between): Promise<void> {
  // The model identifies a user that a file created by the email. A row with another email creates another user.
  if (person.email === null || !person.id.startsWith('#')) return;
  person.email = `moved.${person.id}@example.com`.toLowerCase().replace(/[^a-z0-9.@]/g, '-');
  await sql`update users set email = ${person.email} where id = ${key}`;
}

async function giveNumber(sql: postgres.Sql, { organization, of, person, key }: Between): Promise<void> {
  const attribute = organization.attributes.find(({ type, segments }) => type === 'numbers' && segments.length === 0);
  const held = attribute && person.values[attribute.name];
  if (!held) return;
  held.value = '12345';
  await sql`update memberships set "values" = "values" || jsonb_build_object(
      (select id::text from attributes where organization_id = ${of} and name = ${attribute.name}), '12345')
    where user_id = ${key}`;
}

async function renameSegment(sql: postgres.Sql, { organization, of }: Between): Promise<void> {
  const attribute = organization.attributes.find(({ type, segments }) => type === 'choices' && segments.length > 0);
  const segment = attribute?.segments[0];
  if (!attribute || !segment) return;
  const was = segment.name;
  segment.name = `${was} renamed`;
  const spelled = (values: Record<string, string>) => {
    if (values[attribute.name] === was) values[attribute.name] = segment.name;
  };
  for (const { values } of organization.people) {
    const held = values[attribute.name];
    if (held?.value === was) held.value = segment.name;
  }
  for (const period of organization.history)
    if (period.attribute === attribute.name && period.value === was) period.value = segment.name;
  for (const { scoreUnder, commentUnder } of organization.answers)
    for (const under of [scoreUnder, commentUnder]) spelled(under);
  await sql`update segments set name = ${segment.name} where organization_id = ${of} and name = ${was}
    and attribute_id = (select id from attributes where organization_id = ${of} and name = ${attribute.name})`;
}
