import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { NewSegment } from './read-values.ts';
import type { Row } from './row.ts';
import type { Answer, Attribute, Options, Organization, User } from './types.ts';

/** The reasons for the gate, each in words, and whether the number must be typed. */
export function whyAsked(
  { people, attributes }: Organization,
  rows: Row[],
  made: NewSegment[],
  deletable: User[],
  { review }: Options,
): string[] {
  const active = people.filter(({ deletedDaysAgo }) => deletedDaysAgo === null);
  const applied = rows.filter(({ verdict }) => verdict === 'ok');
  const why: string[] = [];
  if (deletable.length > 0) {
    const before = people.filter(({ deletedDaysAgo }) => deletedDaysAgo === 0).length;
    why.push(`deletions: ${deletable.length} of ${active.length}, ${before} before`);
    if (mustBeTyped(deletable.length + before, active.length + before)) why.push('the number must be typed');
  }
  const created = applied.filter(({ person }) => person === null).length;
  if (active.length >= 100 && created > 100 && created > active.length / 2)
    why.push(`many_created: ${created} of ${active.length}`);
  for (const attribute of attributes) {
    if (active.filter(({ values }) => values[attribute.name]).length < 20) continue;
    const names = namesIn(attribute, applied);
    const isNew = (name: string) => made.some((one) => one.attribute === attribute.name && one.name === name);
    const fresh = new Set(names.filter(isNew)).size;
    const all = fresh > 0 && names.every(isNew);
    if (all || (fresh > 20 && fresh > names.length / 10))
      why.push(`many_new_segments: ${fresh} in ${names.length} of ${attribute.name}${all ? ', all new' : ''}`);
  }
  return review === 'always' ? [...why, 'review'] : why;
}

/** Whether answers that reports contain now would be removed from all reports, and of how many users. */
export function whyAnswers(now: Answer[], then: Answer[]): string[] {
  const reported = now.filter(({ removedDaysAgo }) => removedDaysAgo === null).length;
  const removed = then.filter(({ removedDaysAgo }, at) => removedDaysAgo !== null && now[at]?.removedDaysAgo === null);
  if (removed.length === 0) return [];
  const comments = removed.filter(({ comment }) => comment !== null).length;
  const users = new Set(removed.map(({ person }) => person)).size;
  const surveys = new Set(removed.map(({ survey }) => survey)).size;
  const typed = removed.length > 100 || removed.length > reported / 5 ? ['the number of answers must be typed'] : [];
  return [
    `answers_removed: ${removed.length} of ${reported}, ${comments} with comments, of ${users} users in ${surveys} surveys`,
    ...typed,
  ];
}

const namesIn = ({ name, type }: Attribute, rows: Row[]): string[] =>
  type === 'choices' ? rows.flatMap(({ wishes }) => wishes[name]?.value ?? []) : [];

/** By the limits of a new organization. */
function mustBeTyped(gone: number, of: number): boolean {
  if (gone > 500) return true;
  return of >= 100 ? gone > of / 5 : gone >= 5 && gone > of / 2;
}

/** The same from the product's JSON. */
export function saysWhy({ gate }: MassEditJson): string[] {
  const why = (gate?.reasons ?? []).map((one) => {
    switch (one.reason) {
      case 'deletions':
        return `deletions: ${one.count} of ${one.ofUsers}, ${one.deletedLastDay} before`;
      case 'many_created':
        return `many_created: ${one.created} of ${one.ofUsers}`;
      case 'many_new_segments':
        return `many_new_segments: ${one.segments} in ${one.ofCells} of ${one.attribute}${one.allNew ? ', all new' : ''}`;
      case 'answers_removed':
        return `answers_removed: ${one.answers} of ${one.ofAnswers}, ${one.comments} with comments, of ${one.users} users in ${one.surveys.length} surveys`;
      default:
        return one.reason;
    }
  });
  if (gate?.answersCountRequired) why.push('the number of answers must be typed');
  return gate?.countRequired ? [...why, 'the number must be typed'] : why;
}

/** A possible decision: without deletions there is nothing to skip. */
export const answerable = <Decision extends string>(decision: Decision, deletions: number): Decision | 'approve' =>
  decision === 'skip_deletions' && deletions === 0 ? 'approve' : decision;
