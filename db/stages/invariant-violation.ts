/**
 * Thrown if the stored data contradict a count or an approval: a plan that lost rows, another deletion list. Nothing is
 * applied then, and a retry would not help: an operator must look. The message holds numbers only.
 */
export class InvariantViolation extends Error {
  override name = 'InvariantViolation';
}
