import { sqlStateOf } from '../db/fence.ts';
import { type ProblemCode, problem } from './problems.ts';

const UNIQUE_VIOLATION = '23505';

/** Runs a write and turns a unique violation, of two who came at once too, into the refusal that it means. */
export async function orTaken<T>(code: ProblemCode, detail: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (sqlStateOf(error) === UNIQUE_VIOLATION) return problem(code, detail);
    throw error;
  }
}
