import { defineSearchAttributeKey } from '@temporalio/common';
import {
  defineQuery,
  patched,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import {
  type AnswerRefusal,
  type Decision,
  type FrozenPlan,
  type MassEditInput,
  OUTSIDE_STAGES,
  type Outcome,
  PROGRESS_QUERY,
  type Progress,
  SEARCH_ATTRIBUTES,
  STAGE_NAMES,
  type StageName,
  type StageStatus,
  type State,
} from './contract.ts';

/**
 * The view of a mass edit in the engine's UI: the query `progress`, the details as a table, the stage as a search
 * attribute.
 */
export type OperatorView = {
  stage(name: StageName, status: StageStatus, counted?: object): void;
  state(state: State, sentence: string): void;
  /** The gate is open: shows the plan, and that a decision is awaited. */
  waits(plan: FrozenPlan): void;
  /** An answer was refused: shown until there is a decision. */
  refused(decision: Decision, why: AnswerRefusal): void;
  ended(outcome: Outcome): void;
};

const stageKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.stage, 'KEYWORD');
const outcomeKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.outcome, 'KEYWORD');

/** Shows numbers only, never a name or a cell: the engine's history is plain text. */
export function createOperatorView(input: MassEditInput): OperatorView {
  const progress: Progress = {
    state: 'validating',
    stages: STAGE_NAMES.map((name) => ({ name, status: 'waiting', note: '' })),
    deletions: 0,
    decision: null,
  };
  let sentence = '';
  let planned = '';
  let refusal = '';
  setHandler(defineQuery<Progress>(PROGRESS_QUERY), () => progress, {
    description: 'State, the seven stages and how many users would be deleted.',
  });
  const show = (): void => {
    const rows = progress.stages.map((stage, i) => `| ${i + 1} | ${stage.name} | ${stage.status} | ${stage.note} |`);
    setCurrentDetails(
      [
        sentence,
        progress.state === 'awaiting_approval' && refusal,
        planned,
        '| # | stage | status | counted |',
        '|---|---|---|---|',
        ...rows,
      ]
        .filter(Boolean)
        .join('\n'),
    );
  };
  const showState = (state: State, text: string): void => {
    progress.state = state;
    sentence = `${text}\n`;
    show();
  };
  show();
  return {
    stage(name, status, counted = {}) {
      const note = noteOf(counted);
      progress.stages = progress.stages.map((stage) => (stage.name === name ? { ...stage, status, note } : stage));
      if (status === 'running') upsertSearchAttributes([{ key: stageKey, value: name }]);
      show();
    },
    state: showState,
    waits(plan) {
      progress.deletions = plan.deletions;
      const why = plan.reasons?.length ? ` Waits because of: ${plan.reasons.join(', ')}.` : '';
      const { read, created, updated, unchanged, refused, answersRemoved: removed = 0 } = plan.counts;
      planned = `${read} rows: ${created} new, ${updated} changed, ${unchanged} unchanged, ${refused} refused. ${plan.deletions} users to delete.${why}\n\nTo answer: massEditId \`${input.massEditId}\`, listDigest \`${plan.listDigest}\`, count ${plan.deletions}${removed > 0 ? `, answersCount ${removed}` : ''}\n`;
      upsertMemo({ massEditId: input.massEditId, listDigest: plan.listDigest, deletions: plan.deletions });
      if (patched('waits-in-lists')) upsertSearchAttributes([{ key: stageKey, value: OUTSIDE_STAGES.waiting }]);
      showState('awaiting_approval', 'Waiting for a person. Nothing has been changed.');
    },
    refused(decision, why) {
      const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
      refusal = `**An answer was not taken** (${decision}, ${at} UTC). ${WHY_REFUSED[why]}\n`;
      show();
    },
    ended(outcome) {
      if (patched('ends-in-lists'))
        upsertSearchAttributes([
          { key: stageKey, value: OUTSIDE_STAGES.ended },
          { key: outcomeKey, value: outcome },
        ]);
      showState('ended', `Ended: ${outcome}.`);
    },
  };
}

const WHY_REFUSED: Record<AnswerRefusal, string> = {
  other_mass_edit: 'Its massEditId is another one, or it has none.',
  other_list: 'Its listDigest is another one, or it has none.',
  count: 'Its count is not the number of users to delete, or it has none and must have one.',
  answersCount: 'Its answersCount is not the number of answers that are removed, or it has none and must have one.',
  nothing_to_skip: 'There are no deletions to leave out. Approve, or cancel.',
  second_person:
    'The organization demands that another user than the uploader answers, and a signal names no user. An approver or administrator answers on the page or by the API.',
};

/** The numbers in a stage's result, as in `rows 375, listed 12`. */
function noteOf(counted: object): string {
  const numbers = Object.entries(counted).filter(([, value]) => typeof value === 'number');
  return numbers.map(([name, value]) => `${name} ${value}`).join(', ');
}
