import { takenIndexOf } from '../db/taken-index.ts';
import { type ProblemCode, problem } from './problems.ts';

/** Runs a write and turns a unique violation, of two who came at once too, into the refusal that it means. */
export async function orTaken<T>(code: ProblemCode, detail: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (takenIndexOf(error) !== undefined) return problem(code, detail);
    throw error;
  }
}

/** As `orTaken`, for people: says whether it is the email or the external id (`email_taken`, `external_id_taken`). */
export async function orIdentityTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const index = takenIndexOf(error);
    if (index === 'users_email_unique') return problem('email_taken', 'Another user has this email.');
    if (index === 'users_external_id_unique') {
      return problem('external_id_taken', 'Another user has this external id.');
    }
    throw error;
  }
}
