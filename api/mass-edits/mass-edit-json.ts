import type { MassEditView, StageView } from '../../db/mass-edits.ts';
import { NO_COUNTS, STAGE_NAMES } from '../../workflows/contract.ts';
import type { MassEditJson } from './mass-edit-schema.ts';

/** The address of a mass edit, without the host. */
export const hrefOf = (edit: { organizationId: string; publicId: string }): string =>
  `/v1/organizations/${edit.organizationId}/mass-edits/${edit.publicId}`;

/** A mass edit as it is shown. Counts are the plan's until the end (zeros before there is one), then what was applied. */
export function massEditJson(edit: MassEditView): MassEditJson {
  const href = hrefOf(edit);
  return {
    id: edit.publicId,
    organizationId: edit.organizationId,
    state: edit.state,
    outcome: edit.outcome,
    file: fileOf(edit),
    options: edit.options,
    stage: currentStageOf(edit),
    stages: edit.stages.map(({ number, ...stage }) => ({ name: nameOf(number), ...stage })),
    counts: { ...NO_COUNTS, ...(edit.state === 'ended' ? edit.counts : edit.planCounts) },
    deletion: deletionOf(edit),
    decision: edit.decision,
    cancelRequestedAt: edit.cancelRequestedAt,
    startedBy: edit.startedBy.person,
    startedByName: edit.startedBy.name || null,
    decidedBy: edit.decidedBy.person,
    decidedByName: edit.decidedBy.name || null,
    failure: edit.failure,
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

/** The stage that runs, or was the last to; the first one before any has. */
export function currentStageOf(edit: Pick<MassEditView, 'stages'>): MassEditJson['stage'] {
  const started = edit.stages.filter(({ startedAt }) => startedAt !== null);
  const at: StageView | undefined =
    started.findLast(({ status }) => status === 'running') ?? started.at(-1) ?? edit.stages[0];
  const number = at?.number ?? 1;
  return {
    number,
    of: STAGE_NAMES.length,
    name: nameOf(number),
    done: at?.done ?? 0,
    total: at?.total ?? 0,
    startedAt: at?.startedAt ?? null,
  };
}

const nameOf = (number: number): (typeof STAGE_NAMES)[number] => STAGE_NAMES[number - 1] ?? STAGE_NAMES[0];

function fileOf(edit: MassEditView): MassEditJson['file'] {
  const { encoding, delimiter, rows, sample } = edit.reading ?? {};
  const isRead = edit.stages[0]?.status === 'done' || edit.state === 'ended';
  return {
    name: edit.fileName,
    sizeBytes: edit.sizeBytes,
    sha256: edit.sha256,
    rows: isRead ? edit.rows : typeof rows === 'number' ? rows : null,
    encoding: typeof encoding === 'string' ? encoding : null,
    delimiter: typeof delimiter === 'string' ? delimiter : null,
    sample: isSample(sample) ? { line: sample.line, value: sample.value } : null,
  };
}

function isSample(sample: unknown): sample is { line: number; value: string } {
  if (typeof sample !== 'object' || sample === null) return false;
  return 'line' in sample && typeof sample.line === 'number' && 'value' in sample && typeof sample.value === 'string';
}

/** There where the gate was opened, and from then on. */
function deletionOf(edit: MassEditView): MassEditJson['deletion'] {
  if (edit.expiresAt === null || edit.listDigest === null) return null;
  return {
    count: edit.deletions,
    ofUsers: edit.ofUsers,
    percent: edit.ofUsers === 0 ? 0 : Math.round((1000 * edit.deletions) / edit.ofUsers) / 10,
    listDigest: edit.listDigest,
    expiresAt: edit.expiresAt,
    countRequired: edit.countRequired,
    kept: edit.kept,
  };
}
