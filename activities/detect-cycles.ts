import { Context } from '@temporalio/activity';
import type { Transaction } from '../db/client.ts';
import { declineDeletions } from '../db/deletions.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { addFindings, type StoredFinding, takeBackFindings } from '../db/findings.ts';
import { labelsOf } from '../db/graph.ts';
import { reopenDoneStage } from '../db/ledger.ts';
import {
  freezePlan,
  namesGiven,
  refuseNamesOfDeleted,
  refuseRows,
  warnOfClearedReferences,
} from '../db/plan-freeze.ts';
import type { FrozenPlan, MassEditRef, StageResult } from '../workflows/contract.ts';
import { inChunks, type StageDeps, type Step, throwIfCancelled } from './in-chunks.ts';
import { type PeopleGraph, readPeopleGraph } from './people-graph.ts';
import { type ExistingCycle, type Refusal, settleHierarchies } from './rules/hierarchies.ts';

/** Twice ten and a half: after stage 2, before stage 3. */
const AGAIN = 25;

/**
 * Stage 2. On the final state (database, plus file, minus deletions): refuses rows that name somebody who is deleted or
 * whose own row is refused, and rows that close a cycle, until nothing is left to refuse. Then freezes the plan: what
 * the person at the gate approves. Writes staging tables only.
 *
 * @returns the counts of the plan, how many people would be deleted, and whether the gate must be asked
 * @throws CancelledFailure, ApplicationFailure as `inChunks`
 */
export async function detectCycles(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FrozenPlan>> {
  return inChunks<FrozenPlan>(deps, ref, {
    stage: 'Cycle detection',
    steps: [
      (edit) => async (tx) => {
        await refuseNamesOfDeleted(tx, edit);
        return { cursor: 0, done: 0, total: 0, finished: true };
      },
      refuseCycles(deps),
    ],
    finish: async (tx, edit) => {
      await warnOfClearedReferences(tx, edit);
      return { status: 'done', result: await freezePlan(tx, edit, true) };
    },
  });
}

/**
 * Stage 2 once more, with nobody deleted: the deletions were declined at the gate. Rows that close a cycle now are
 * refused too; rows that were refused stay so.
 */
export async function detectCyclesWithoutDeletions(
  deps: StageDeps,
  ref: MassEditRef,
): Promise<StageResult<FrozenPlan>> {
  return inChunks<FrozenPlan & { withoutDeletions: true }>(deps, ref, {
    stage: 'Cycle detection',
    place: AGAIN,
    prepare: async (tx, edit) => {
      if (!(await reopenDoneStage(tx, edit.id, 2, 'withoutDeletions'))) return;
      await declineDeletions(tx, edit);
      await takeBackFindings(tx, edit, 2, 'REFERENCE_CLEARED');
    },
    steps: [refuseCycles(deps)],
    finish: async (tx, edit) => ({
      status: 'done',
      result: { ...(await freezePlan(tx, edit, false)), withoutDeletions: true },
    }),
  });
}

/** Refuses what settleHierarchies says, in one transaction: half of a cycle's refusals would be another answer. */
export const refuseCycles =
  (deps: StageDeps): Step =>
  async (edit) => {
    const pause = (): undefined => {
      throwIfCancelled();
      Context.current().heartbeat();
    };
    const graph = await readPeopleGraph(deps.db, edit, pause);
    const settled = await settleHierarchies(graph.input, pause);
    return async (tx, at) => {
      await takeBackFindings(tx, edit, 2, 'EXISTING_CYCLE');
      for (const refusals of inBatches(settled.refusals())) await refuse(tx, edit, graph, refusals);
      for (const cycles of inBatches(settled.existingCycles())) await warn(tx, edit, graph, cycles);
      return { cursor: 0, done: Math.max(at.done, graph.input.people), total: graph.input.people, finished: true };
    };
  };

async function refuse(tx: Transaction, edit: ClaimedEdit, graph: PeopleGraph, refusals: Refusal[]): Promise<void> {
  const labels = await labelsIn(
    tx,
    edit,
    graph,
    refusals.filter((refusal) => refusal.reason === 'cycle'),
  );
  const lines = refusals.map((refusal) => lineOf(graph, refusal.person));
  const given = await namesGiven(tx, edit, lines);
  await addFindings(
    tx,
    edit,
    2,
    refusals.map(
      (refusal, i): StoredFinding => ({
        line: lines[i] ?? null,
        severity: 'error',
        code: refusal.reason === 'cycle' ? 'CYCLE' : 'PERSON_ROW_REFUSED',
        column: graph.names.get(refusal.attributeId) ?? null,
        value: given.get(lines[i] ?? 0)?.[refusal.attributeId]?.slice(0, 200) ?? null,
        details:
          refusal.reason === 'cycle'
            ? { path: spelled(graph, labels, refusal) }
            : { otherLine: lineOf(graph, refusal.on) },
      }),
    ),
  );
  await refuseRows(tx, edit, lines);
}

async function warn(tx: Transaction, edit: ClaimedEdit, graph: PeopleGraph, cycles: ExistingCycle[]): Promise<void> {
  const labels = await labelsIn(tx, edit, graph, cycles);
  await addFindings(
    tx,
    edit,
    2,
    cycles.map(
      (cycle): StoredFinding => ({
        line: [...cycle.path].map((person) => lineOf(graph, person)).find((line) => line > 0) ?? null,
        severity: 'warning',
        code: 'EXISTING_CYCLE',
        column: graph.names.get(cycle.attributeId) ?? null,
        value: null,
        details: { path: spelled(graph, labels, cycle) },
      }),
    ),
  );
}

const lineOf = (graph: PeopleGraph, person: number): number => graph.lines[person] ?? 0;

/** `bob (line 2) → cat (existing) → bob`; a path that is cut says so. */
function spelled(graph: PeopleGraph, labels: Map<number, string>, cycle: { path: Int32Array; whole: boolean }): string {
  const label = (person: number): string => labels.get(graph.ids[person] ?? 0) ?? '?';
  const steps = [...cycle.path].map((person) => {
    const line = lineOf(graph, person);
    return `${label(person)} (${line > 0 ? `line ${line}` : 'existing'})`;
  });
  return [...steps, cycle.whole ? label(cycle.path[0] ?? 0) : '…'].join(' → ');
}

function labelsIn(
  tx: Transaction,
  edit: ClaimedEdit,
  graph: PeopleGraph,
  cycles: { path: Int32Array }[],
): Promise<Map<number, string>> {
  const people = new Set(cycles.flatMap((cycle) => [...cycle.path]));
  return labelsOf(
    tx,
    edit,
    [...people].map((person) => ({ id: graph.ids[person] ?? 0, line: lineOf(graph, person) })),
  );
}

/** Refusals written with one statement: a few hundred kilobytes of labels. */
const BATCH = 5_000;

function* inBatches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
