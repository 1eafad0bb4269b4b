import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import type { FindingJson } from '../../api/mass-edits/json/finding-json.ts';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { ERROR_LOG_HEADERS } from '../../rules/columns/built-in-columns.ts';
import { type FindingCode, scopeOf } from '../../rules/findings/catalogue.ts';
import { unguard } from '../../rules/values/formula-guard.ts';
import type { Options } from '../../workflows/contract.ts';
import type { Organization, Product } from '../support/product.ts';

export type Found = [line: number | null, code: FindingCode, column: string | null, value: string | null];
/** A file that produces a code, and the visible results. */
export type Scenario = {
  /** Runs before the upload. */
  before?: (organization: Organization, product: Product) => Promise<unknown>;
  csv: string | Buffer | (() => string | Buffer);
  options?: Partial<Options>;
  /** Runs at the gate, if the mass edit must wait there. The mass edit is approved afterwards. */
  atGate?: (organization: Organization, waiting: MassEditJson) => Promise<unknown>;
  /** Every finding of the file, including other codes, in order. */
  finds: Found[];
  /** Texts in the sentences of the code's own findings, in the same order: the value, the line and so on. */
  says: (string | RegExp)[][];
  counts?: Partial<MassEditJson['counts']>;
};

/** The users before the file of a scenario: Ann (E1), her report Bo (E2), and Cy, who has only an email. */
export const PEOPLE = [
  'Email;External Id;First name;Department;Manager',
  'ann@example.com;E1;Ann;Sales;',
  'bo@example.com;E2;Bo;Finance;ann@example.com',
  'cy@example.com;;Cy;;',
  '',
].join('\n');

/** Runs the file of a scenario, and checks all findings and results. */
export async function expectScenario(product: Product, code: FindingCode, scenario: Scenario): Promise<void> {
  const organization = await product.newOrganization();
  expect((await product.apply(organization, PEOPLE)).outcome).toBe('completed');
  await scenario.before?.(organization, product);
  const before = await organization.live();
  const csv = typeof scenario.csv === 'function' ? scenario.csv() : scenario.csv;
  const ended = await carriedThrough(organization, csv, scenario);
  const findings = await organization.findings(ended);

  expect(findings.map(({ line, code, column, value }) => [line, code, column, value])).toEqual(scenario.finds);
  const own = findings.filter((finding) => finding.code === code);
  expect(own, code).toHaveLength(scenario.says.length);
  for (const [index, finding] of own.entries()) {
    const said = `${finding.message} ${finding.suggestion}`;
    for (const part of scenario.says[index] ?? []) expect(said).toMatch(part);
  }
  for (const finding of findings) expectWhole(finding);
  expectOutcome(ended, findings);
  expect(ended.counts).toMatchObject(scenario.counts ?? {});
  if (ended.outcome === 'failed') expect(await organization.live()).toEqual(before);
  expectLog(await organization.download(ended, 'error-log.csv'), findings);
}

async function carriedThrough(
  organization: Organization,
  csv: string | Buffer,
  { options, atGate }: Scenario,
): Promise<MassEditJson> {
  const started = await organization.started(csv, options);
  if (!atGate) return organization.reaches(started, 'ended');
  const waiting = await organization.reaches(started, 'awaiting_approval');
  await atGate(organization, waiting);
  expect((await organization.approve(waiting)).status).toBe(202);
  return organization.reaches(started, 'ended');
}

/** Both sentences are whole, with any details; the severity is that of the code. */
export function expectWhole({ code, severity, message, suggestion }: FindingJson): void {
  expect(severity).toBe(scopeOf(code as FindingCode) === 'warning' ? 'warning' : 'error');
  for (const text of [message, suggestion]) {
    expect(text, code).toMatch(/^(?:["\p{Lu}\d]|\S+@).*[.?]$/su);
    expect(text, code).not.toMatch(/undefined|null|NaN|\[object| {2}|"" | [.,:;]|\.\.|:\.$/);
  }
}

/** The outcome and the counts agree with the scopes of the findings. */
function expectOutcome({ outcome, counts }: MassEditJson, findings: FindingJson[]): void {
  const of = (scope: string) => findings.filter(({ code }) => scopeOf(code as FindingCode) === scope);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  expect(counts).toMatchObject({ errors, warnings: findings.length - errors });
  if (of('file').length > 0) {
    expect(outcome).toBe('failed');
    const { errors: _errors, warnings: _warnings, ...others } = counts;
    expect(Object.values(others).every((count) => count === 0)).toBe(true);
    return;
  }
  const refused = new Set(of('row').flatMap(({ line }) => line ?? []));
  expect(counts.refused).toBe(refused.size);
  const nothingDone = counts.refused > 0 && counts.refused === counts.read && counts.deleted === 0;
  expect(outcome).toBe(nothingDone ? 'failed' : errors > 0 ? 'completed_with_errors' : 'completed');
}

/**
 * The error log has the same findings: those of the file first, one a line and without original cells; then one line
 * for each row, in which each log column has all findings of the row.
 */
function expectLog(log: string, findings: FindingJson[]): void {
  const [header = [], ...lines] = parse(log, { delimiter: ';', relax_column_count: false });
  const originals = header.length - ERROR_LOG_HEADERS.length;
  expect(header.slice(originals)).toEqual([...ERROR_LOG_HEADERS]);
  const groups: FindingJson[][] = [];
  for (const finding of findings) {
    const last = groups.at(-1);
    const isOfTheRow = finding.line !== null && finding.line > 1 && originals > 0;
    if (isOfTheRow && last?.[0]?.line === finding.line) last.push(finding);
    else groups.push([finding]);
  }
  expect(lines.map((cells) => cells.slice(originals).map(unguard))).toEqual(
    groups.map((group) => [
      String(group[0]?.line ?? ''),
      ...(['severity', 'code', 'column', 'value'] as const).map((part) =>
        group.map((finding) => (finding[part] ?? '').replaceAll(/[\r\n]+/g, ' ')).join(' | '),
      ),
      group.map(({ message, suggestion }) => `${message} ${suggestion}`).join(' | '),
    ]),
  );
  if (originals === 0) return;
  for (const [index, cells] of lines.entries()) {
    const line = groups[index]?.[0]?.line ?? null;
    const isEmpty = cells.slice(0, originals).every((cell: string) => cell === '');
    expect(isEmpty, `line ${line}`).toBe(line === null || line === 1);
  }
}
