import { types } from 'node:util';
import { sqlStateOf } from '../db/sql/sql-errors.ts';

/**
 * An error for the log. Driver errors hold values in their message and detail, so only the kind and the stack frames
 * are kept.
 */
export function describeFault(error: unknown): { kind: string; stack?: string } {
  // Errors of workflows come from another realm.
  if (!types.isNativeError(error)) return { kind: typeof error };
  const state = sqlStateOf(error);
  const frames = error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { kind: state ? `Database ${state}` : error.name, stack: frames?.join('\n') };
}
