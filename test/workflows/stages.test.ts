import { describe, expect, it } from 'vitest';
import { STAGE_NAMES } from '../../workflows/contract.ts';
import { FENCE_ORDERS, STAGES } from '../../workflows/stages.ts';

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
