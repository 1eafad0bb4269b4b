import type { Options } from '../../../workflows/contract.ts';
import { throwProblem } from '../../problems.ts';

export const OPTION_NAMES = ['resetEmptyFields', 'deleteMissingUsers', 'review'] as const;
export type OptionName = (typeof OPTION_NAMES)[number];
/** Options as given, by query or by field. */
export type GivenOptions = Partial<Record<OptionName, string | boolean>>;

/** Whether a query parameter or a form field is an option of an upload. */
export const isOptionName = (name: string): name is OptionName => OPTION_NAMES.some((known) => known === name);

/**
 * Reads the options; a missing option is off. Refuses (`invalid_request`) a value that is neither clearly on nor
 * clearly off: a wrong guess could delete users.
 */
export function readOptions(given: GivenOptions): Options {
  return {
    resetEmptyFields: flag('resetEmptyFields', given.resetEmptyFields),
    deleteMissingUsers: flag('deleteMissingUsers', given.deleteMissingUsers),
    review: review(given.review),
  };
}

function flag(name: OptionName, value: string | boolean | undefined): boolean {
  if (value === undefined) return false;
  const text = String(value).trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  return throwProblem('invalid_request', `The option "${name}" has to be true or false.`);
}

function review(value: string | boolean | undefined): Options['review'] {
  if (value === undefined) return 'deletions';
  if (value === 'deletions' || value === 'always') return value;
  return throwProblem('invalid_request', 'The option "review" has to be deletions or always.');
}
