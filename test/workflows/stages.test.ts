import { describe, expect, it } from 'vitest';
import { NO_COUNTS, STAGE_NAMES } from '../../workflows/contract.ts';
import { FENCE_ORDERS, STAGES, stagesWithoutWork } from '../../workflows/stages.ts';

describe('the table of the stages', () => {
  it('numbers the stages in the order of their names', () => {
    expect(STAGE_NAMES.map((name) => STAGES[name].number)).toEqual(STAGE_NAMES.map((_, index) => index + 1));
  });

  it('lets the fence go up from stage to stage, with stage 2 once more before stage 3, and the end behind all', () => {
    const { cycleDetectionAgain, finish } = FENCE_ORDERS;
    const orders: number[] = STAGE_NAMES.map((name) => STAGES[name].fenceOrder);
    orders.splice(STAGES['Cycle detection'].number, 0, cycleDetectionAgain);
    orders.push(finish);
    expect(orders).toEqual([...new Set(orders)].sort((one, other) => one - other));
  });
});

describe('stages without work', () => {
  const apply = STAGE_NAMES.slice(2);

  it('are all that apply the plan if the plan changes nothing', () => {
    expect(stagesWithoutWork({ ...NO_COUNTS, read: 9, unchanged: 5, refused: 3, skipped: 1 })).toEqual(apply);
  });

  it.each([
    ['segmentsCreated', 'Creating new segments'],
    ['deleted', 'Delete users'],
    ['created', 'Upsert users'],
    ['updated', 'Upsert users'],
    ['membershipsChanged', 'Attribute mutations'],
    ['backdated', 'Backdating changes'],
  ] as const)('are not those that the count %s gives work', (count, stage) => {
    const others = apply.filter((name) => name !== stage);
    expect(stagesWithoutWork({ ...NO_COUNTS, [count]: 1 })).toEqual(others);
  });

  it('are none of which the plan of an earlier version has no count', () => {
    const { backdated: _, ...older } = NO_COUNTS;
    expect(stagesWithoutWork(older as typeof NO_COUNTS)).not.toContain('Backdating changes');
  });
});
