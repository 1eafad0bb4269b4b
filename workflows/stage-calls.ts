import { type ActivityInterfaceFor, patched, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { type FrozenPlan, type MassEditInput, STAGE_NAMES, type StageName, type StageResult } from './contract.ts';
import type { OperatorView } from './operator-view.ts';
import { STAGES, stageOptions } from './stages.ts';

type StageActivities = ActivityInterfaceFor<Activities>;
type StageCall<Own> = (run: StageActivities) => Promise<StageResult<Own>>;
type RunStage = <Own>(name: StageName, start: StageCall<Own>) => Promise<Own>;

/** Runs a stage as an activity with its name in the engine's history, and shows its result. */
export function createStageRunner(input: MassEditInput, display: OperatorView): RunStage {
  const optionsOf = stageOptions(input, workflowInfo().taskQueue);
  return async (name, start) => {
    display.stage(name, 'running');
    const summary = `Stage ${STAGES[name].number} of ${STAGE_NAMES.length}: ${name}`;
    const result = await start(proxyActivities<Activities>({ ...optionsOf(name), summary }));
    display.stage(name, result.status, result);
    return result;
  };
}

/** Runs the stages that have work in the plan, and shows that the others do not apply. */
export function applyPlan({ withoutWork = [] }: FrozenPlan, runStage: RunStage, display: OperatorView) {
  // A release can replace the worker after the plan was frozen, so the plan alone cannot decide.
  const skipped = patched('skips-stages') ? withoutWork : [];
  return async (name: StageName, start: StageCall<object>): Promise<void> => {
    if (skipped.includes(name)) display.stage(name, 'not_applied');
    else await runStage(name, start);
  };
}
