import { Context } from '@temporalio/activity';
import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization, type Transaction } from '../../db/client.ts';
import { deleteFindings } from '../../db/mass-edits/findings.ts';
import {
  addListedFindings,
  type ListCapacity,
  listCapacityFor,
  splitByCapacity,
} from '../../db/mass-edits/findings-listed.ts';
import { refuseRows } from '../../db/plan/plan-freeze.ts';
import { hierarchiesRevision, labelsOf, linesOf, saveHierarchiesRevision } from '../../db/plan/reference-edges.ts';
import { finding } from '../../rules/findings/findings.ts';
import { type ExistingCycle, type Refusal, resolveHierarchies } from '../../rules/hierarchy/resolve-hierarchies.ts';
import { throwIfCancelled } from '../stage-runner/attempt.ts';
import type { ChunkHandler, StageDeps } from '../stage-runner/stage.ts';
import { excerptOf, type ReferenceCells, readReferenceCells } from '../upload/reference-cells.ts';
import { inBatches } from './batches.ts';
import { loadReferenceGraph, type ReferenceGraph } from './reference-graph.ts';

/**
 * Refuses the rows that resolveHierarchies returns, in one transaction. If half of them were refused, a retry would get
 * another result.
 */
export const refuseCycles =
  (deps: StageDeps) =>
  async (edit: ClaimedMassEdit): Promise<ChunkHandler> => {
    const slice = createTimeSlice();
    const pause = async (): Promise<void> => {
      throwIfCancelled();
      Context.current().heartbeat();
      if (slice.isOver()) await slice.yieldToOthers();
    };
    // Read before the graph: a later change increases this number.
    const revision = await inOrganization(deps.db, edit.organizationId, (tx) => hierarchiesRevision(tx, edit));
    const graph = await loadReferenceGraph(deps.db, edit, pause);
    const result = await resolveHierarchies(graph.input, pause);
    const lines = new Set<number>();
    for (const { user } of result.refusals(0)) lines.add(lineOf(graph, user));
    const given = await readReferenceCells(deps, edit, lines);
    return async (tx, at) => {
      await deleteFindings(tx, edit, 'Cycle detection', 'EXISTING_CYCLE');
      await saveHierarchiesRevision(tx, edit, revision);
      const capacity = await listCapacityFor(tx, edit);
      for (const refusals of inBatches(result.refusals()))
        await addRefusals(tx, edit, { graph, given, room: capacity }, refusals);
      for (const cycles of inBatches(result.existingCycles()))
        await addCycleWarnings(tx, edit, { graph, room: capacity }, cycles);
      return {
        cursor: 0,
        done: Math.max(at.done, graph.input.userCount),
        total: graph.input.userCount,
        finished: true,
      };
    };
  };

async function addRefusals(
  tx: Transaction,
  edit: ClaimedMassEdit,
  { graph, given, room }: { graph: ReferenceGraph; given: ReferenceCells; room: ListCapacity },
  refusals: Refusal[],
): Promise<void> {
  const cycles = refusals.filter((refusal) => refusal.reason === 'cycle');
  const spell = await spellCycles(tx, edit, graph, cycles);
  const found = refusals.map((refusal) => {
    const line = lineOf(graph, refusal.user);
    const column = graph.names.get(refusal.attributeId);
    const value = excerptOf(given, line, refusal.attributeId);
    return refusal.reason === 'cycle'
      ? finding(line, 'CYCLE', column, value, { path: spell(refusal).path })
      : finding(line, 'PERSON_ROW_REFUSED', column, value, { otherLine: lineOf(graph, refusal.on) });
  });
  await addListedFindings(tx, edit, 'Cycle detection', splitByCapacity(found, room));
  await refuseRows(
    tx,
    edit,
    refusals.map(({ user }) => lineOf(graph, user)),
  );
}

async function addCycleWarnings(
  tx: Transaction,
  edit: ClaimedMassEdit,
  { graph, room }: { graph: ReferenceGraph; room: ListCapacity },
  cycles: ExistingCycle[],
): Promise<void> {
  const spell = await spellCycles(tx, edit, graph, cycles);
  const found = cycles.map((cycle) => {
    const { path, line } = spell(cycle);
    return finding(line, 'EXISTING_CYCLE', graph.names.get(cycle.attributeId), null, { path });
  });
  await addListedFindings(tx, edit, 'Cycle detection', splitByCapacity(found, room));
}

const lineOf = (graph: ReferenceGraph, user: number): number => graph.lines[user] ?? 0;

type Cycle = { path: Int32Array; whole: boolean };

/**
 * The text of each cycle, as in `bob (line 2) → cat (existing) → bob`, and its first line. The text says if it is cut.
 */
async function spellCycles(tx: Transaction, edit: ClaimedMassEdit, graph: ReferenceGraph, cycles: Cycle[]) {
  const users = [...new Set(cycles.flatMap(({ path }) => [...path]))];
  const idOf = (user: number): number => graph.ids[user] ?? 0;
  // Unchanged rows are not in the graph.
  const unchanged = users.filter((user) => lineOf(graph, user) === 0).map(idOf);
  const others = unchanged.length > 0 ? await linesOf(tx, edit, unchanged) : new Map<number, number>();
  const line = (user: number): number => lineOf(graph, user) || (others.get(idOf(user)) ?? 0);
  const labels = await labelsOf(
    tx,
    edit,
    users.map((user) => ({ id: idOf(user), line: line(user) })),
  );
  const label = (user: number): string => labels.get(idOf(user)) ?? '?';
  return ({ path, whole }: Cycle): { path: string; line: number | null } => {
    const steps = [...path].map((user) => `${label(user)} (${line(user) > 0 ? `line ${line(user)}` : 'existing'})`);
    return {
      path: [...steps, whole ? label(path[0] ?? 0) : '…'].join(' → '),
      line: [...path].map(line).find((one) => one > 0) ?? null,
    };
  };
}
