import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { Counts, Finding, Organization, Result } from './types.ts';

/** The data that is compared after a mass edit, in the model and in the product. */
export type Seen = {
  outcome: string | null;
  gate: boolean;
  users: Result['users'];
  why: string[];
  counts: Counts;
  findings: Finding[];
  missing: string[];
  kept: string[];
  organization: Organization;
};

/** The counts of the product. They must equal the model's: no other program writes while a mass edit runs. */
export function usersOf({ usersCounted }: Pick<MassEditJson, 'usersCounted'>): Result['users'] {
  if (usersCounted === null) return null;
  const { before, byOthers, expected, after } = usersCounted;
  return { before, expected: expected - byOthers, after: after - byOthers };
}

/** The differences, one line each; empty if the two are equal. Order does not matter, except among rounds. */
export function differences(model: Seen, product: Seen): string[] {
  const told: string[] = [];
  for (const key of ['outcome', 'gate'] as const)
    if (model[key] !== product[key]) told.push(`${key}: model ${model[key]}, product ${product[key]}`);
  const [users, counted] = [JSON.stringify(model.users), JSON.stringify(product.users)];
  if (users !== counted) told.push(`users: model ${users}, product ${counted}`);
  for (const [name, count] of Object.entries(model.counts))
    if (product.counts[name as keyof Counts] !== count)
      told.push(`counts.${name}: model ${count}, product ${product.counts[name as keyof Counts]}`);
  told.push(...unequal('asked', model.why, product.why));
  const shown = (found: Finding): string => JSON.stringify(found);
  told.push(
    ...unequal('finding', model.findings.map(shown), withoutOther(product.findings, model.findings).map(shown)),
  );
  told.push(...unequal('missing', model.missing, product.missing), ...unequal('kept', model.kept, product.kept));
  const [one, other] = [linesOf(model.organization), linesOf(product.organization)];
  told.push(...unequal('is', one, other));
  return told;
}

/** Keeps only those details that the model has for the code. */
function withoutOther(product: Finding[], model: Finding[]): Finding[] {
  return product.map(({ line, severity, code, column, value, details }) => {
    const names = Object.keys(model.find((found) => found.code === code)?.details ?? {});
    const kept = Object.fromEntries(names.flatMap((name) => (name in details ? [[name, details[name]!]] : [])));
    return { line, severity, code, column, value, details: kept };
  });
}

/** An organization in words, one fact a line. */
function linesOf({ people, history, answers, attributes }: Organization): string[] {
  const lines: string[] = [];
  for (const { id, deletedDaysAgo, values, ...fields } of people) {
    const deleted = deletedDaysAgo !== null ? ' deleted' : '';
    const { email, externalId, firstName, lastName, language, participates, role, tokens } = fields;
    const all = [email, externalId, firstName, lastName, language, participates, role, tokens];
    lines.push(`person ${id}${deleted} ${JSON.stringify(all)}`);
    for (const [attribute, { value, since }] of Object.entries(values))
      lines.push(`person ${id} is in ${attribute}: ${value} since ${since}`);
  }
  for (const { person, attribute, value, from, to } of history)
    lines.push(`person ${person} was in ${attribute}: ${value} from ${from} to ${to}`);
  for (const { survey, person, answeredOn, score, comment, scoreUnder, commentUnder, removedDaysAgo } of answers)
    lines.push(
      `answer${removedDaysAgo === null ? '' : ' out of reports'} to ${survey} by ${person} on ${answeredOn}: ${score} under ${sorted(scoreUnder)}, ${comment} under ${sorted(commentUnder)}`,
    );
  for (const { name, segments } of attributes)
    for (const segment of segments) lines.push(`segment ${name}: ${segment.name}`);
  return lines;
}

const sorted = (values: Record<string, string>): string => JSON.stringify(Object.entries(values).sort());

function unequal(what: string, model: string[], product: string[]): string[] {
  const left = [...product];
  const told: string[] = [];
  for (const line of model) {
    const at = left.indexOf(line);
    if (at < 0) told.push(`${what}, model only: ${line}`);
    else left.splice(at, 1);
  }
  return [...told, ...left.map((line) => `${what}, product only: ${line}`)];
}
