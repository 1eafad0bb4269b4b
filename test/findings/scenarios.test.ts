import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE, type FindingCode } from '../../rules/findings/catalogue.ts';
import { type Product, startProduct } from '../support/product.ts';
import { CELL_SCENARIOS } from './cell-scenarios.ts';
import { FILE_SCENARIOS } from './file-scenarios.ts';
import { GATE_SCENARIOS } from './gate-scenarios.ts';
import { ROW_SCENARIOS } from './row-scenarios.ts';
import { expectScenario, type Scenario } from './scenario.ts';
import { WARNING_SCENARIOS } from './warning-scenarios.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 100 });
});
afterAll(() => product.close());

const GROUPS: Record<string, { [C in FindingCode]?: Scenario }> = {
  'of files': FILE_SCENARIOS,
  'of rows': ROW_SCENARIOS,
  'of cells': CELL_SCENARIOS,
  'that are warnings': WARNING_SCENARIOS,
  'of the gate, and of what others did meanwhile': GATE_SCENARIOS,
};

it('every code has a scenario', () => {
  const covered = Object.values(GROUPS).flatMap((scenarios) => Object.keys(scenarios));
  expect(covered.toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
});

// Concurrent: each has an organization of its own and waits for Temporal most of the time.
describe.concurrent.each(Object.entries(GROUPS))('findings %s', (_, scenarios) => {
  it.each(Object.entries(scenarios) as [FindingCode, Scenario][])('%s', async (code, scenario) => {
    await expectScenario(product, code, scenario);
  });
});
