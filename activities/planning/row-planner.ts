import { createTimeSlice } from '../../csv/turns.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization, organizationTransactions } from '../../db/client.ts';
import { type RowsToWrite, rowsToWrite } from '../../db/plan/plan-write.ts';
import { attributesOf } from '../../db/plan/upload-queries.ts';
import { BUILT_IN_HEADERS } from '../../rules/columns/built-in-columns.ts';
import { type Finding, finding } from '../../rules/findings/findings.ts';
import type { DuplicateVerdict } from '../../rules/rows/duplicate-rows.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { FileRow, ParsedRow } from '../../rules/rows/parsed-row.ts';
import { type PlannedRow, planRow } from '../../rules/rows/plan-row.ts';
import type { MatchedFile } from '../matching/match-file.ts';
import type { RowIndex } from '../matching/row-index.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { loadSegmentResolver, type PendingSegmentWrites, type SegmentResolver } from '../upload/segment-resolver.ts';
import { createWholeIdentityFinder } from './complete-identities.ts';
import { type AttributeColumns, loadRowFacts } from './load-row-facts.ts';
import type { ReadRow } from './read-row.ts';

/** Some planned rows, before they are written. */
export type PlannedChunk = { planned: RowsToWrite; segments: PendingSegmentWrites; findings: Finding[] };

/** A chunk without rows, segments or findings. */
export const emptyPlan = (): PlannedChunk => ({
  planned: rowsToWrite(),
  segments: { newSegments: [], used: [] },
  findings: [],
});

/** A row with its index in the file. */
export type IndexedRow = { place: number; row: FileRow };

/** Parsed rows, the facts that each is compared with, and the segment names that these rows were the first to use. */
type RowsRead = {
  given: readonly IndexedRow[];
  read: readonly ReadRow[];
  factsOf: Awaited<ReturnType<typeof loadRowFacts>>;
  newSegments: PendingSegmentWrites['newSegments'];
};
export type RowPlanner = {
  read(rows: RowIndex, given: readonly IndexedRow[], duplicates: MatchedFile['duplicates']): Promise<RowsRead>;
  plan(rows: RowsRead): Promise<PlannedChunk>;
};

/**
 * Makes the planner of a file. `read` parses a batch of rows and loads what they are compared with. `plan` then decides
 * what each row would change. Neither writes the plan.
 */
export async function createRowPlanner(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
): Promise<RowPlanner> {
  const segments = await loadSegmentResolver(deps.db, edit);
  const attributes = await loadAttributeColumns(deps, edit, file);
  const choiceColumns = file.columns.list.filter(({ kind }) => kind === 'choices').length;
  const context = { ...file.context, segments };
  const wholeOf = createWholeIdentityFinder(deps.db, edit);
  const inTransaction = organizationTransactions(deps.db, edit.organizationId);
  return {
    read: async (rows, given, duplicates) => {
      await segments.reserveIds(given.length * choiceColumns);
      const read: ReadRow[] = [];
      const slice = createTimeSlice();
      for (const { place, row } of given) {
        if (slice.isOver()) await slice.yieldToOthers();
        const parsed = parseRow(row, file.columns, context);
        const duplicate = duplicates.get(place);
        const wholeIdentities = parsed.doubtfulCells.length > 0 ? await wholeOf(parsed) : null;
        read.push({ place, parsed: duplicate ? asDuplicate(parsed, duplicate) : parsed, wholeIdentities });
      }
      const newSegments = segments.drainNewSegments();
      const factsOf = await inTransaction((tx) => loadRowFacts(tx, edit.organizationId, rows, read, attributes));
      return { given, read, factsOf, newSegments };
    },
    plan: async ({ given, read, factsOf, newSegments }) => {
      const planned = rowsToWrite();
      const findings: Finding[] = [];
      const slice = createTimeSlice();
      let at = -1;
      for (const { parsed } of read) {
        if (slice.isOver()) await slice.yieldToOthers();
        at++;
        const row = planRow(parsed, factsOf(at));
        if (row.findings.length > 0) findings.push(...row.findings);
        markNewSegmentsUsed(segments, parsed, row);
        // References are checked again only if users may be deleted.
        if (!edit.deleteMissingUsers) row.references = null;
        planned.add(row, isReusableAsBaseline(parsed, row) ? (given[at]?.row.hash ?? null) : null);
      }
      return { planned, findings, segments: segments.takePendingWrites(newSegments) };
    },
  };
}

async function loadAttributeColumns(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  { columns }: ParsingContext,
): Promise<AttributeColumns> {
  const attributes = await inOrganization(deps.db, edit.organizationId, (tx) => attributesOf(tx, edit));
  const names = new Map(attributes.map(({ id, name }) => [String(id), name]));
  const referenceAttributes = attributes.filter(({ type }) => type === 'users').map(({ id }) => String(id));
  return { columns: columns.values, referenceAttributes, nameOf: (id) => names.get(id) ?? '' };
}

const markNewSegmentsUsed = (segments: SegmentResolver, { newSegments }: ParsedRow, { action }: PlannedRow): void => {
  if (newSegments.length > 0 && (action === 'create' || action === 'update')) segments.markUsed(newSegments);
};

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
  const said = finding(parsed.line, code, column, value, differ === null ? { otherLine } : { otherLine, differ });
  if (repeats) return { ...parsed, skipped: true, findings: [said] };
  return { ...parsed, refused: true, findings: [...parsed.findings, said] };
}
