import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions } from '../../db/client.ts';
import { type RowsToWrite, rowsToWrite } from '../../db/plan/plan-write.ts';
import type { PlannedSegment } from '../../db/plan/planned-segments.ts';
import { attributesOf } from '../../db/plan/upload-queries.ts';
import { BUILT_IN_HEADERS } from '../../rules/columns/built-in-columns.ts';
import { type Finding, finding } from '../../rules/findings/findings.ts';
import type { DuplicateVerdict } from '../../rules/rows/duplicate-rows.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { FileRow, ParsedRow } from '../../rules/rows/parsed-row.ts';
import { type PlannedRow, planRow } from '../../rules/rows/plan-row.ts';
import type { RowIndex } from '../matching/row-index.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { loadSegmentResolver } from '../upload/segment-resolver.ts';
import { loadRowFacts, type ReadRow } from './load-row-facts.ts';
import { createWholeIdentityFinder } from './other-users.ts';

/** A row with its index in the file. */
export type IndexedRow = { row: number; fileRow: FileRow };

/** Some planned rows, before they are written. */
export type PlannedRows = { planned: RowsToWrite; segments: PlannedSegment[]; findings: Finding[] };
export const noRows = (): PlannedRows => ({ planned: rowsToWrite(), segments: [], findings: [] });

/**
 * Parses rows, loads the facts that they are compared with, and plans them. The rows of a file must come in their
 * order.
 */
export async function createRowPlanner(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  index: RowIndex,
): Promise<(given: readonly IndexedRow[]) => Promise<PlannedRows>> {
  const inTransaction = organizationTransactions(deps.db, edit.organizationId);
  const segments = await loadSegmentResolver(deps.db, edit);
  const attributes = await inTransaction((tx) => attributesOf(tx, edit));
  const choiceColumns = file.columns.list.filter(({ kind }) => kind === 'choices').length;
  const context = { ...file.context, segments };
  const wholeIdentitiesOf = createWholeIdentityFinder(deps.db, edit);
  return async (given) => {
    await segments.reserveIds(given.length * choiceColumns);
    const read: ReadRow[] = [];
    const slice = createTimeSlice();
    for (const { row, fileRow } of given) {
      if (slice.isOver()) await slice.yieldToOthers();
      const parsed = parseRow(fileRow, file.columns, context);
      const duplicate = index.duplicateOf(row);
      const wholeIdentities = parsed.doubtfulCells.length > 0 ? await wholeIdentitiesOf(parsed) : null;
      read.push({ row, parsed: duplicate ? asDuplicate(parsed, duplicate) : parsed, wholeIdentities });
    }
    const factsOf = await inTransaction((tx) =>
      loadRowFacts(tx, edit.organizationId, { index, read, columns: file.columns.values, attributes }),
    );
    const { planned, findings } = noRows();
    for (const [at, { parsed }] of read.entries()) {
      if (slice.isOver()) await slice.yieldToOthers();
      const plannedRow = planRow(parsed, factsOf(at));
      if (plannedRow.findings.length > 0) findings.push(...plannedRow.findings);
      if (plannedRow.action === 'create' || plannedRow.action === 'update') segments.markUsed(parsed.newSegments);
      // References are checked again only if users may be deleted.
      if (!edit.deleteMissingUsers) plannedRow.references = null;
      planned.add(plannedRow, isReusableAsBaseline(parsed, plannedRow) ? (given[at]?.fileRow.hash ?? null) : null);
    }
    return { planned, findings, segments: segments.takeChanged() };
  };
}

/**
 * Whether an equal row may count as unchanged in a later mass edit. The row must have no findings and no backdates. It
 * must restore no user, depend on no other row, and name no users that only count as present.
 */
const isReusableAsBaseline = (
  { backdates, otherIdentities }: ParsedRow,
  { findings, action, restores, dependsOnLines }: PlannedRow,
): boolean =>
  findings.length === 0 &&
  (action === 'create' || action === 'update' || action === 'unchanged') &&
  !restores &&
  dependsOnLines === null &&
  otherIdentities.length === 0 &&
  Object.keys(backdates).length === 0;

/** A row that repeats an earlier row is skipped. A row that contradicts another row is refused. */
function asDuplicate(parsed: ParsedRow, { repeats, otherLine, by, differ }: DuplicateVerdict): ParsedRow {
  const byId = by === 'externalId' || parsed.email === null;
  const [column, value] = byId
    ? [BUILT_IN_HEADERS.externalId, parsed.externalId]
    : [BUILT_IN_HEADERS.email, parsed.email];
  const code = repeats ? 'DUPLICATE_IDENTICAL' : 'DUPLICATE_ROW';
  const duplicate = finding(parsed.line, code, column, value, differ === null ? { otherLine } : { otherLine, differ });
  if (repeats) return { ...parsed, skipped: true, findings: [duplicate] };
  return { ...parsed, refused: true, findings: [...parsed.findings, duplicate] };
}
