/**
 * Thrown where what the database holds is not what was counted or approved: a plan that lost rows, another list. Nothing is
 * done then, and trying again would not help: an operator must look. The message holds numbers only.
 */
export class InvariantViolation extends Error {
  override name = 'InvariantViolation';
}
