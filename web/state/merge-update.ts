import type { CurrentStage, MassEdit, Stage, StageStatus, State } from '../mass-edit.ts';

/**
 * Merges one more answer into the state of a mass edit. Answers overtake each other (a stream and a poll, two polls).
 * Progress that was shown is never taken back.
 */
export function mergeUpdate(known: MassEdit | null, incoming: MassEdit): MassEdit {
  if (known === null || known.id !== incoming.id) return incoming;
  if (STATES[incoming.state] < STATES[known.state]) return known;
  if (known.state === 'ended') return incoming.state === 'ended' ? incoming : known;
  return {
    ...incoming,
    decision: incoming.decision ?? known.decision,
    cancelRequestedAt: incoming.cancelRequestedAt ?? known.cancelRequestedAt,
    stage: further(known.stage, incoming.stage),
    stages: incoming.stages.map((stage, index) => furtherStage(known.stages[index], stage)),
  };
}

/** An event of the stream that is not the whole mass edit: some members only. */
export type Change = Partial<Pick<MassEdit, 'stage' | 'stages' | 'counts'>>;

/** Like `mergeUpdate`, for a mass edit and a part of it. */
export function mergeChange(known: MassEdit, change: Change): MassEdit {
  if (known.state === 'ended') return known;
  const stages = change.stages ?? stagesAfter(known.stages, change.stage);
  return mergeUpdate(known, { ...known, ...change, stages });
}

const STATES: Record<State, number> = { validating: 0, awaiting_approval: 1, applying: 2, ended: 3 };
const STATUSES: Record<StageStatus, number> = { waiting: 0, running: 1, not_applied: 2, failed: 2, done: 2 };

function further(known: CurrentStage, incoming: CurrentStage): CurrentStage {
  if (incoming.number !== known.number) return incoming.number > known.number ? incoming : known;
  return incoming.done >= known.done ? incoming : { ...incoming, done: known.done };
}

function furtherStage(known: Stage | undefined, incoming: Stage): Stage {
  if (!known || STATUSES[incoming.status] > STATUSES[known.status]) return incoming;
  if (STATUSES[incoming.status] < STATUSES[known.status]) return known;
  return incoming.done >= known.done ? incoming : { ...incoming, done: known.done };
}

/** Progress events hold only the position of the running stage. */
function stagesAfter(stages: Stage[], stage: CurrentStage | undefined): Stage[] {
  if (!stage) return stages;
  const { done, total } = stage;
  return stages.map((one) => (one.name === stage.name && one.status === 'running' ? { ...one, done, total } : one));
}
