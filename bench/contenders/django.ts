import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type Stack, vacuumAndCheckpoint } from '../product/stack.ts';
import {
  assertState,
  type BenchmarkCase,
  deletesMissing,
  fileOf,
  fillingOf,
  formatResult,
  type Measured,
  type State,
} from '../workload/benchmark-case.ts';
import { pythonWithDjango } from './django-install.ts';

/** What the program in `bench/contenders/django` reports about an import. */
type Imported = { preview: number; import: number; done: number; mebibytes: number };

/**
 * The usual way on a Django site: django-import-export in the admin. It shows a preview of the file (an import that is
 * rolled back) and imports the file after a confirmation. Both are measured, with two ratios: the import alone, and
 * both together. The tables are in a schema of their own, which is dropped afterwards. It installs packages, so it is
 * not part of the tests: `npm run bench -- --rows 300 --repeat 1 --against django,django-bulk` runs it.
 *
 * @param side `django` keeps all of the library's defaults; `django-bulk` follows its documentation's advice for
 *   large files
 */
export async function measureDjango(
  side: 'django' | 'django-bulk',
  stack: Stack,
  task: BenchmarkCase,
): Promise<Measured> {
  const python = await pythonWithDjango();
  const directory = await mkdtemp(join(tmpdir(), 'mass-edit-bench-csv-'));
  const { databaseUrl } = stack.description;
  const importing = async (of: BenchmarkCase): Promise<Imported> => {
    const file = join(directory, 'people.csv');
    await writeFile(file, fileOf(of));
    return runProgram(python, { databaseUrl, file, bulk: side === 'django-bulk', deleteMissing: deletesMissing(of) });
  };
  const filling = fillingOf(task);
  try {
    // Before the tables exist: ANALYZE on an empty table would give plans for an empty table.
    if (!filling) await vacuumAndCheckpoint(stack);
    await stack.db.execute(sql`drop schema if exists bench_django cascade`);
    await stack.db.execute(sql`create schema bench_django`);
    await runProgram(python, { databaseUrl, file: null, bulk: false, deleteMissing: false });
    if (filling) {
      await importing(filling);
      await vacuumAndCheckpoint(stack);
    }
    const { preview, import: alone, done, mebibytes } = await importing(task);
    assertState(side, { ...(await djangoState(stack.db)), done }, task);
    return {
      seconds: { [side]: alone, [`${side} with its preview`]: preview + alone },
      line: `${formatResult(task.rows, preview + alone, { preview, import: alone })}; MiB: Python ${mebibytes}`,
    };
  } finally {
    await stack.db.execute(sql`drop schema if exists bench_django cascade`);
    await rm(directory, { recursive: true, force: true });
  }
}

type Request = { databaseUrl: string; file: string | null; bulk: boolean; deleteMissing: boolean };

/**
 * The request goes by standard input, because it holds the database's password. `-B`: Python writes no bytecode beside
 * the program.
 */
async function runProgram(python: string, request: Request): Promise<Imported> {
  const program = join(import.meta.dirname, 'django', 'run.py');
  const child = spawn(python, ['-B', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  child.stdin.end(JSON.stringify(request));
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`The import by Django ended with ${code}: ${output}`);
  return JSON.parse(output) as Imported;
}

async function djangoState(db: Database): Promise<State> {
  const [state] = await db.execute<State>(sql`
    select count(*)::int as people, count(manager_id)::int as managers, sum(salary)::float8 as salaries,
      sum(num_nonnulls(department_id, team_id, location_id, job_title_id, employment_date, salary))::int as values
    from bench_django.people_person`);
  if (!state) throw new Error('An aggregate gave no row');
  return state;
}
