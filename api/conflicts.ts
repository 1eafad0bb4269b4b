import { violatedIndex } from '../db/sql/unique-violation.ts';
import { type ProblemCode, throwProblem } from './problems.ts';

/** Runs a write and turns a unique violation into its refusal, also if two requests come at once. */
export async function withConflict<T>(code: ProblemCode, detail: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedIndex(error) !== undefined) return throwProblem(code, detail);
    throw error;
  }
}

/**
 * As `withConflict`, for users: the refusal is that of the email or of the external id (`email_taken`,
 * `external_id_taken`).
 */
export async function withIdentityConflict<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const index = violatedIndex(error);
    if (index === 'users_email_unique') return throwProblem('email_taken', 'Another user has this email.');
    if (index === 'users_external_id_unique') {
      return throwProblem('external_id_taken', 'Another user has this external id.');
    }
    throw error;
  }
}
