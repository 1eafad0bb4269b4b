import type { StoredFileFormat } from '../../../csv/user-file/file-format.ts';
import type { MassEditView, StageView } from '../../../db/mass-edits/mass-edits.ts';
import { isSecondPersonRequired, type Listed } from '../../../rules/gate.ts';
import { laneOf, NO_COUNTS, type Outcome, STAGE_NAMES } from '../../../workflows/contract.ts';
import { STAGES } from '../../../workflows/stages.ts';
import { readingJson, unreadColumnsJson } from './file-format-json.ts';
import type { MassEditJson } from './mass-edit-schema.ts';

/** The address of a mass edit, without the host. */
export const hrefOf = (edit: { organizationId: string; publicId: string }): string =>
  `/v1/organizations/${edit.organizationId}/mass-edits/${edit.publicId}`;

/** A mass edit as JSON. Counts are the plan's until the end (zeros without a plan), then what was applied. */
export function massEditJson(edit: MassEditView): MassEditJson {
  const href = hrefOf(edit);
  return {
    id: edit.publicId,
    organizationId: edit.organizationId,
    state: edit.state,
    outcome: edit.outcome,
    file: fileJson(edit),
    options: edit.options,
    stage: currentStageOf(edit),
    stages: edit.stages.map(({ number, ...stage }) => ({ name: nameOf(number), ...stage })),
    counts: { ...NO_COUNTS, ...(edit.state === 'ended' ? edit.counts : edit.planCounts) },
    usersCounted: edit.usersCounted,
    findings: edit.findings,
    deletion: deletionJson(edit),
    gate: gateJson(edit),
    decision: edit.decision,
    cancelRequestedAt: edit.cancelRequestedAt,
    waitsForWorker: waitsForWorker(edit),
    startedBy: edit.startedBy.person,
    startedByName: edit.startedBy.name || null,
    decidedBy: edit.decidedBy.person ?? operatorOf(edit),
    decidedByName: edit.decidedBy.name || null,
    failure: edit.failure && { reason: 'unknown', ...edit.failure },
    parent: edit.parentId === null ? null : parentOf(edit.organizationId, edit.parentId),
    createdAt: edit.createdAt,
    endedAt: edit.endedAt,
    links: {
      self: href,
      rows: `${href}/rows`,
      findings: `${href}/findings`,
      missingUsers: `${href}/missing-users.csv`,
      errorLog: `${href}/error-log.csv`,
      file: `${href}/file`,
      approval: `${href}/approval`,
      cancellation: `${href}/cancellation`,
    },
  };
}

/** An operator has no user record here: the text says so, and gives the identity that the engine has. */
const operatorOf = ({ answeredByOperator }: MassEditView): string | null =>
  answeredByOperator === null ? null : `operator ${answeredByOperator}`;

/**
 * Whether the mass edit waits because it has no worker. Workers of `small` run the workflow of every mass edit. At the
 * gate, a worker is needed only after an answer.
 */
function waitsForWorker({ state, decision, sizeBytes, lanesWithWorkers }: MassEditView): boolean {
  if (state === 'ended' || (state === 'awaiting_approval' && decision === null)) return false;
  return !['small' as const, laneOf(sizeBytes)].every((lane) => lanesWithWorkers.includes(lane));
}

const parentOf = (organizationId: string, id: string) => ({ id, href: hrefOf({ organizationId, publicId: id }) });

/**
 * The stage that runs or ran last; the first stage if none has run. If the whole plan was applied, this is the last
 * stage, even if it did not apply.
 */
export function currentStageOf({
  stages,
  outcome,
  failure,
  frozenAt,
}: Pick<MassEditView, 'stages' | 'outcome' | 'failure' | 'frozenAt'>): MassEditJson['stage'] {
  // All rows may be refused: then the outcome is `failed`, and there is no failure.
  const isAtEnd = outcome !== null && !EARLY_ENDS.has(outcome) && failure === null && frozenAt !== null;
  const started = stages.filter(({ startedAt }) => startedAt !== null);
  const at: StageView | undefined = isAtEnd
    ? stages.at(-1)
    : (started.findLast(({ status }) => status === 'running') ?? started.at(-1) ?? stages[0]);
  const number = at?.number ?? STAGES.Validation.number;
  return {
    number,
    of: STAGE_NAMES.length,
    name: nameOf(number),
    done: at?.done ?? 0,
    total: at?.total ?? 0,
    startedAt: at?.startedAt ?? null,
  };
}

const EARLY_ENDS: ReadonlySet<Outcome> = new Set(['cancelled', 'expired']);

const nameOf = (number: number): (typeof STAGE_NAMES)[number] => STAGE_NAMES[number - 1] ?? STAGE_NAMES[0];

function fileJson(edit: MassEditView): MassEditJson['file'] {
  // Null until the file has been inspected; then the stored format.
  const reading: Partial<StoredFileFormat> = edit.reading ?? {};
  const isRead = edit.stages[0]?.status === 'done' || edit.state === 'ended';
  const samples = reading.samples ?? [];
  return {
    name: edit.fileName,
    sizeBytes: edit.sizeBytes,
    sha256: edit.sha256,
    kept: edit.fileKept,
    rows: isRead ? edit.rows : (reading.rows ?? null),
    encoding: reading.encoding ?? null,
    delimiter: reading.delimiter ?? null,
    sample: samples[0] ?? null,
    samples,
    reading: readingJson(reading),
    unreadColumns: unreadColumnsJson(reading),
    unreadColumnCount: reading.unread?.length ?? 0,
  };
}

/** Present from the time when the gate was opened. */
function deletionJson(edit: MassEditView): MassEditJson['deletion'] {
  if (edit.expiresAt === null || edit.listDigest === null) return null;
  const listed = edit.gate?.reasons.find(({ reason }) => reason === 'deletions') as Listed | undefined;
  return {
    count: edit.deletions,
    ofUsers: edit.ofUsers,
    percent: edit.ofUsers === 0 ? 0 : Math.round((1000 * edit.deletions) / edit.ofUsers) / 10,
    listDigest: edit.listDigest,
    expiresAt: edit.expiresAt,
    countRequired: edit.countRequired,
    tokenHolders: listed?.tokenHolders ?? 0,
    managers: listed?.managers ?? 0,
    reports: listed?.reports ?? 0,
    withTokens: edit.withTokens,
    kept: edit.kept,
  };
}

/** The reasons of the gate; present from the time when it was opened. */
function gateJson(edit: MassEditView): MassEditJson['gate'] {
  const { gate, expiresAt } = edit;
  return gate && { ...gate, expiresAt, secondPersonRequired: isSecondPersonRequired(edit, 'approve') };
}
