import { Context } from '@temporalio/activity';
import { takeTurns } from '../csv/turns.ts';
import { inOrganization, type Transaction } from '../db/client.ts';
import { declineDeletions, noteReports } from '../db/deletions.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { type StoredFinding, takeBackFindings } from '../db/findings.ts';
import { addDivided, divide, type Room, roomFor } from '../db/findings-listed.ts';
import { hierarchiesRevision, labelsOf, linesOf, noteHierarchiesSeen } from '../db/graph.ts';
import { reopenDoneStage } from '../db/ledger.ts';
import { freezePlan, namesOfDeleted, refuseRows, warnOfClearedReferences } from '../db/plan-freeze.ts';
import { forgetUnusedSegments } from '../db/planned-segments.ts';
import type { FrozenPlan, MassEditRef, StageResult } from '../workflows/contract.ts';
import { throwIfCancelled } from './attempt.ts';
import { countNewNames } from './count-new-names.ts';
import { type GivenNames, namesGiven } from './given-names.ts';
import { type ChunkWork, inChunks, type StageDeps, type Step } from './in-chunks.ts';
import { type PeopleGraph, readPeopleGraph } from './people-graph.ts';
import { excerpt } from './rules/findings.ts';
import { gateOf } from './rules/gate.ts';
import { type ExistingCycle, type Refusal, settleHierarchies } from './rules/hierarchies.ts';

/** Twice ten and a half: after stage 2, before stage 3. */
const AGAIN = 25;

/**
 * Stage 2. On the final state (database, plus file, minus deletions): refuses rows that name somebody who is deleted or
 * whose own row is refused, and rows that close a cycle, until nothing is left to refuse. Then freezes the plan: what
 * the person at the gate approves. Writes the plan and findings only.
 *
 * @returns the counts of the plan, how many people would be deleted, and whether the gate must be asked
 * @throws CancelledFailure, ApplicationFailure as `inChunks`
 */
export async function detectCycles(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FrozenPlan>> {
  return inChunks<FrozenPlan>(deps, ref, {
    stage: 'Cycle detection',
    steps: [refuseNamesOfDeleted(deps), refuseCycles(deps), forgetUnusedNames, countNewNames(deps)],
    finish: async (tx, edit) => {
      await warnOfClearedReferences(tx, edit);
      if (edit.deleteMissingUsers) await noteReports(tx, edit);
      return { status: 'done', result: await freezePlan(tx, edit, gateOf) };
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
    steps: [refuseCycles(deps), forgetUnusedNames],
    finish: async (tx, edit) => ({
      status: 'done',
      result: { ...(await freezePlan(tx, edit, null)), withoutDeletions: true },
    }),
  });
}

/** A row that was refused meanwhile creates no segment. */
const forgetUnusedNames: Step = (edit) => async (tx, at) => {
  await forgetUnusedSegments(tx, edit);
  return { cursor: 0, done: at.done, total: at.total, finished: true };
};

/**
 * Refuses every row that names somebody whom this mass edit deletes, also where it repeats the current value, with one
 * finding a name. A row refused before is told too.
 */
const refuseNamesOfDeleted =
  (deps: StageDeps): Step =>
  async (edit) => {
    const named = edit.deleteMissingUsers
      ? await inOrganization(deps.db, edit.organizationId, (tx) => namesOfDeleted(tx, edit))
      : [];
    const given = await namesGiven(deps, edit, new Set(named.map(({ line }) => line)));
    return async (tx) => {
      const room = await roomFor(tx, edit);
      for (const some of inBatches(named)) {
        const found = some.map(({ line, key, name }): StoredFinding => {
          const value = excerptOf(given, line, key);
          const details = { person: value ?? '' };
          return { line, severity: 'error', code: 'PERSON_DELETED', column: name, value, details };
        });
        await addDivided(tx, edit, 2, divide(found, room));
        await refuseRows(
          tx,
          edit,
          some.map(({ line }) => line),
        );
      }
      return { cursor: 0, done: 0, total: 0, finished: true };
    };
  };

const excerptOf = (given: GivenNames, line: number, key: number | string): string | null => {
  const name = given.get(line)?.[key];
  return name === undefined ? null : excerpt(name);
};

/** Refuses what settleHierarchies says, in one transaction: half of a cycle's refusals would be another answer. */
export const refuseCycles =
  (deps: StageDeps) =>
  async (edit: ClaimedEdit): Promise<ChunkWork> => {
    const turns = takeTurns();
    const pause = async (): Promise<void> => {
      throwIfCancelled();
      Context.current().heartbeat();
      if (turns.isOver()) await turns.next();
    };
    // Before anything of the graph is read: a change that comes later moves this number.
    const revision = await inOrganization(deps.db, edit.organizationId, (tx) => hierarchiesRevision(tx, edit));
    const graph = await readPeopleGraph(deps.db, edit, pause);
    const settled = await settleHierarchies(graph.input, pause);
    const lines = new Set<number>();
    for (const { person } of settled.refusals(0)) lines.add(lineOf(graph, person));
    const given = await namesGiven(deps, edit, lines);
    return async (tx, at) => {
      await takeBackFindings(tx, edit, 2, 'EXISTING_CYCLE');
      await noteHierarchiesSeen(tx, edit, revision);
      const room = await roomFor(tx, edit);
      for (const refusals of inBatches(settled.refusals())) await refuse(tx, edit, { graph, given, room }, refusals);
      for (const cycles of inBatches(settled.existingCycles())) await warn(tx, edit, { graph, room }, cycles);
      return { cursor: 0, done: Math.max(at.done, graph.input.people), total: graph.input.people, finished: true };
    };
  };

async function refuse(
  tx: Transaction,
  edit: ClaimedEdit,
  { graph, given, room }: { graph: PeopleGraph; given: GivenNames; room: Room },
  refusals: Refusal[],
): Promise<void> {
  const cycles = refusals.filter((refusal) => refusal.reason === 'cycle');
  const spell = await spelling(tx, edit, graph, cycles);
  const found = refusals.map((refusal): StoredFinding => {
    const line = lineOf(graph, refusal.person);
    return {
      line,
      severity: 'error',
      code: refusal.reason === 'cycle' ? 'CYCLE' : 'PERSON_ROW_REFUSED',
      column: graph.names.get(refusal.attributeId) ?? null,
      value: excerptOf(given, line, refusal.attributeId),
      details: refusal.reason === 'cycle' ? { path: spell(refusal).path } : { otherLine: lineOf(graph, refusal.on) },
    };
  });
  await addDivided(tx, edit, 2, divide(found, room));
  await refuseRows(
    tx,
    edit,
    refusals.map(({ person }) => lineOf(graph, person)),
  );
}

async function warn(
  tx: Transaction,
  edit: ClaimedEdit,
  { graph, room }: { graph: PeopleGraph; room: Room },
  cycles: ExistingCycle[],
): Promise<void> {
  const spell = await spelling(tx, edit, graph, cycles);
  const found = cycles.map((cycle): StoredFinding => {
    const { path, line } = spell(cycle);
    return {
      ...{ line, severity: 'warning', code: 'EXISTING_CYCLE', column: graph.names.get(cycle.attributeId) ?? null },
      ...{ value: null, details: { path } },
    };
  });
  await addDivided(tx, edit, 2, divide(found, room));
}

const lineOf = (graph: PeopleGraph, person: number): number => graph.lines[person] ?? 0;

type Cycle = { path: Int32Array; whole: boolean };

/** How cycles are spelled: `bob (line 2) → cat (existing) → bob`, a path that is cut says so; and the first line in it. */
async function spelling(tx: Transaction, edit: ClaimedEdit, graph: PeopleGraph, cycles: Cycle[]) {
  const people = [...new Set(cycles.flatMap(({ path }) => [...path]))];
  const idOf = (person: number): number => graph.ids[person] ?? 0;
  // Rows that change nothing are not in the graph.
  const unchanged = people.filter((person) => lineOf(graph, person) === 0).map(idOf);
  const others = unchanged.length > 0 ? await linesOf(tx, edit, unchanged) : new Map<number, number>();
  const line = (person: number): number => lineOf(graph, person) || (others.get(idOf(person)) ?? 0);
  const labels = await labelsOf(
    tx,
    edit,
    people.map((person) => ({ id: idOf(person), line: line(person) })),
  );
  const label = (person: number): string => labels.get(idOf(person)) ?? '?';
  return ({ path, whole }: Cycle): { path: string; line: number | null } => {
    const steps = [...path].map(
      (person) => `${label(person)} (${line(person) > 0 ? `line ${line(person)}` : 'existing'})`,
    );
    return {
      path: [...steps, whole ? label(path[0] ?? 0) : '…'].join(' → '),
      line: [...path].map(line).find((one) => one > 0) ?? null,
    };
  };
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
