import { apply, namesDeleted } from './apply.ts';
import { warning } from './findings.ts';
import { whyAnswers, whyAsked } from './gate.ts';
import { matchRows } from './match-rows.ts';
import { missingOf, namesakes } from './missing.ts';
import { LANGUAGES } from './random-organization.ts';
import { readFile } from './read-file.ts';
import { readRows } from './read-rows.ts';
import { readValues } from './read-values.ts';
import { refuseUnknownNames, resolveReferences } from './references.ts';
import type { Row } from './row.ts';
import type { Organization, Result, User } from './types.ts';
import { COUNTS, type Counts, type Decision, type Finding, type Limits, type Options } from './types.ts';

export type Input = {
  organization: Organization;
  bytes: Uint8Array;
  options: Options;
  /** The decision if the gate opens. */
  decision: Decision;
};

/** The product's defaults. */
const limits: Limits = { maxRows: 1_000_000, maxColumns: 500, maxCellCharacters: 10_000, languages: LANGUAGES };

/** The result of one mass edit for an organization. Does not change its arguments. */
export function runModel({ organization, bytes, options, decision }: Input): Result {
  const next = structuredClone(organization);
  const result: Result = {
    ...{
      outcome: 'failed',
      gate: false,
      why: [],
      counts: noCounts(),
      findings: [],
      missing: [],
      kept: [],
      deleted: [],
      next,
      users: null,
    },
  };
  const file = readFile(bytes, organization.attributes, options, limits);
  result.findings.push(...file.findings);
  if (file.fileError) return told(result);

  const rows = readRows({ organization, options, limits, file });
  matchRows(rows, organization, file);
  const made = readValues(rows, organization);
  refuseUnknownNames(rows, organization);
  const missing = missingOf(rows, organization, options);
  result.findings.push(...missing.findings, ...namesakes(rows, missing.deletable));
  result.missing = missing.deletable.map(({ id }) => id);
  result.kept = missing.kept.map(({ id }) => id);
  const finish = (): Result => {
    for (const row of rows) result.findings.push(...row.findings, ...restored(row));
    return told(result);
  };
  let circles = resolveReferences(rows, organization, missing.deletable);
  if (missing.findings.some(({ severity }) => severity === 'error')) return finish();
  const planned = structuredClone(next);
  apply(planned, rows, made, result.missing);
  result.why = [
    ...whyAsked(organization, rows, made, missing.deletable, options),
    ...whyAnswers(organization.answers, planned.answers),
  ];
  result.gate = result.why.length > 0;
  const live = countLive(next);
  result.users = { before: live, expected: live, after: live };
  result.counts.read = rows.length;
  if (result.gate && decision === 'cancel') {
    result.outcome = 'cancelled';
    result.findings.push(...circles, ...cleared(organization, rows, missing.deletable));
    result.counts.unchanged = apply(structuredClone(next), rows, made, []).unchanged;
    result.counts.refused = countOf(rows, 'refused');
    result.counts.skipped = rows.length - result.counts.refused - result.counts.unchanged;
    return finish();
  }
  const deletable = result.gate && decision === 'skip_deletions' ? [] : missing.deletable;
  if (deletable.length < missing.deletable.length) circles = resolveReferences(rows, organization, deletable);
  result.deleted = deletable.map(({ id }) => id);
  result.findings.push(...circles, ...cleared(organization, rows, deletable));

  const did = apply(next, rows, made, result.deleted);
  Object.assign(result.counts, did);
  result.users = { before: live, expected: live + did.created + did.restored - did.deleted, after: countLive(next) };
  result.counts.refused = countOf(rows, 'refused');
  result.counts.skipped = countOf(rows, 'skipped');
  finish();
  const { refused, skipped } = result.counts;
  const nothingWent = refused > 0 && refused + skipped === rows.length && result.deleted.length === 0;
  const wrong = result.findings.some(({ severity }) => severity === 'error');
  result.outcome = nothingWent ? 'failed' : wrong ? 'completed_with_errors' : 'completed';
  return result;
}

/** Users that lose a reference because its target is (or was) deleted, unless an accepted row sets another value. */
function cleared({ people, attributes }: Organization, rows: Row[], deletable: User[]): Finding[] {
  const findings: Finding[] = [];
  for (const user of people) {
    const row = rows.find((one) => one.verdict === 'ok' && one.person === user);
    if (deletable.includes(user) || (user.deletedDaysAgo !== null && !row)) continue;
    for (const attribute of attributes) {
      const { name, type } = attribute;
      const holding = user.values[name];
      const loses = type === 'users' && deletable.some(({ id }) => id === holding?.value);
      if (!loses && !(row?.restores && namesDeleted(user, attribute, people))) continue;
      if (row?.wishes[name] !== undefined) continue;
      const who = user.email ?? user.externalId ?? '';
      const line = rows.find((one) => one.person === user)?.line ?? null;
      findings.push(warning(line, 'REFERENCE_CLEARED', name, null, { person: who, attribute: name }));
    }
  }
  return findings;
}

/** The finding of a row that restores a user. */
function restored({ line, verdict, restores, email, externalId }: Row): Finding[] {
  if (!restores || verdict !== 'ok') return [];
  const [column, value] = email === null ? ['External Id', externalId] : ['Email', email];
  return [warning(line, 'RESTORES_DELETED', column, value)];
}

const countLive = ({ people }: Organization): number =>
  people.filter(({ deletedDaysAgo }) => deletedDaysAgo === null).length;

const countOf = (rows: Row[], verdict: Row['verdict']): number => rows.filter((row) => row.verdict === verdict).length;

const noCounts = (): Counts => Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;

function told(result: Result): Result {
  result.counts.errors = result.findings.filter(({ severity }) => severity === 'error').length;
  result.counts.warnings = result.findings.filter(({ severity }) => severity === 'warning').length;
  return result;
}
