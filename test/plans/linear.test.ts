import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { seedOtherOrganizations } from '../../bench/workload/seed-organizations.ts';
import { newOrganization, type TestOrganization } from '../support/organization.ts';
import { LANGUAGES, LIMITS } from '../support/worker.ts';
import { answered, CHUNK_ROWS, type Edit, edits, PEOPLE, runStages, tenUsers, withTokens } from './edits.ts';
import { type GuardedDatabase, guardedDatabase } from './guarded-database.ts';
import { type NodeWork, workOf } from './plan-log.ts';

/**
 * The most rows that a node may process for each user of the file, in all chunks of a mass edit together. A user has up
 * to nine values and six answers here. A loop within a chunk would make it CHUNK_ROWS; a pass over the organization for
 * each chunk would make it PEOPLE / CHUNK_ROWS.
 */
const ROWS_OF_A_PERSON = 16;
/** Blocks: an insert of one user touches the table, six indexes and the log records of each. */
const BLOCKS_OF_A_PERSON = 60;
/** Thirteen mass edits with a record of each plan. It takes a fraction of this on a quiet machine. */
const ALL_EDITS_MS = 300_000;

const BESIDE_ANALYZED = 'a thousand small organizations beside it, and what the stages analyze';
/**
 * The statistics that the planner has: the content of each database when it was analyzed. Only one is analyzed again.
 */
const STATES: Record<string, (sql: postgres.Sql) => Promise<unknown>> = {
  'never analyzed': async () => {},
  'analyzed while empty': (sql) => sql`analyze`,
  'analyzed when the organization had ten people': async () => {},
  'a thousand small organizations beside it': async (sql) => {
    await seedOtherOrganizations(sql, { organizations: 1_000, people: 10_000, massEdits: 20, planRows: 1_000 });
    await sql`analyze`;
  },
  [BESIDE_ANALYZED]: async (sql) => {
    await seedOtherOrganizations(sql, { organizations: 1_000, people: 20_000, massEdits: 20, planRows: 1_000 });
    await sql`analyze`;
  },
  'one large organization beside it': async (sql) => {
    await seedOtherOrganizations(sql, { organizations: 1, people: 60_000, massEdits: 2, planRows: 100_000 });
    await sql`analyze`;
  },
  'an aged database with 300 mass edits': async (sql) => {
    await seedOtherOrganizations(sql, { organizations: 30, people: 6_000, massEdits: 300, planRows: 60_000 });
    await sql`analyze`;
  },
};

describe.each(Object.entries(STATES))('with the statistics of: %s', (name, believe) => {
  it('every statement of the stages is linear', { timeout: ALL_EDITS_MS }, async () => {
    const database = await guardedDatabase(believe, name === BESIDE_ANALYZED);
    try {
      const organization = await newOrganization(database.sql);
      if (name.endsWith('ten people')) {
        await runStages(depsOf(database), database.sql, organization, tenUsers);
        await database.sql`analyze`;
      }
      for (const edit of edits(new Date()))
        expect(await quadratic(database, organization, edit), edit.name).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});

it('the check finds the nested loops of a worker with the default planner settings', {
  timeout: ALL_EDITS_MS,
}, async () => {
  const database = await guardedDatabase(async (sql) => {
    for (const setting of ['enable_nestloop', 'enable_seqscan', 'enable_bitmapscan'])
      await sql.unsafe(`alter role mass_edit_worker in database ${sql.options.database} set ${setting} = on`);
  });
  try {
    const organization = await newOrganization(database.sql);
    const [initial, changes] = edits(new Date()).filter(({ name }) => name === 'initial' || name === 'changes of all');
    await quadratic(database, organization, initial!);
    const found = await quadratic(database, organization, changes!);
    const loops = found.filter(({ node }) => node.includes('Nested Loop')).map(({ statement }) => statement);
    expect(loops.filter((statement) => statement.includes('update users u set'))).not.toEqual([]);
    expect(loops.filter((statement) => statement.includes('update memberships m set'))).not.toEqual([]);
  } finally {
    await database.drop();
  }
});

const depsOf = ({ worker }: GuardedDatabase) => ({
  db: worker,
  limits: LIMITS,
  languages: LANGUAGES,
  chunkRows: CHUNK_ROWS,
});

/** Applies a mass edit and returns each node of a statement that processed too many rows. */
async function quadratic(
  database: GuardedDatabase,
  organization: TestOrganization,
  edit: Edit,
): Promise<Pick<NodeWork, 'statement' | 'node'>[]> {
  const { sql } = database;
  if (edit.name === 'backdating') await answered(sql, organization);
  if (edit.options?.deleteMissingUsers || edit.name === 'restore') await withTokens(sql, organization);
  const plans = await database.plansOf(() => runStages(depsOf(database), sql, organization, edit));
  expect(plans.length).toBeGreaterThan(100);
  const most = (node: string) => PEOPLE * (node === 'blocks' ? BLOCKS_OF_A_PERSON : ROWS_OF_A_PERSON);
  const work = workOf(plans);
  return work.filter(({ node, rows }) => rows > most(node));
}
