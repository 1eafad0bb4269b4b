import { createTimeSlice } from '../../csv/time-slice.ts';
import type { FileFormat, StoredFileFormat } from '../../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions } from '../../db/client.ts';
import { attributesInUse, newSegmentNames, saveNewNames, unappliedLines } from '../../db/plan/new-segments.ts';
import { areManyNewNames, type NewNames } from '../../rules/gate.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { StageDeps, Step } from '../stage-runner/stage.ts';
import { loadParsingContext, type ParsingContext } from './parsing-context.ts';
import { readUploadRows } from './read-upload.ts';
import { dryRun, loadSegmentResolver } from './segment-resolver.ts';

/** With fewer users that have a value, the attribute is being filled for the first time. */
const MIN_USERS_IN_USE = 20;
/** Attributes that the gate lists. A longer list would not be read before answering. */
const MAX_ATTRIBUTES_NAMED = 20;

type NewNameCount = NewNames & { attributeId: number };

/**
 * Finds the columns that bring many new segment names into an attribute that is in use. The plan has no cells that
 * change nothing, and unchanged rows were not read, so the cells are counted in the file. This happens only if the mass
 * edit would create segments in such an attribute, and stops once no column can bring many. Mostly the first rows
 * decide it.
 */
export const countNewNames =
  (deps: StageDeps): Step =>
  async (edit) => {
    const inTransaction = organizationTransactions(deps.db, edit.organizationId);
    const brought = await inTransaction((tx) => newSegmentNames(tx, edit));
    const ids = brought.map(({ attributeId }) => attributeId);
    const inUse =
      ids.length > 0 ? await inTransaction((tx) => attributesInUse(tx, edit, ids, MIN_USERS_IN_USE)) : new Set();
    const counted = brought.flatMap(({ attributeId, name, segments, examples }): NewNameCount[] =>
      inUse.has(attributeId) ? [{ attributeId, attribute: name, segments, ofCells: 0, allNew: true, examples }] : [],
    );
    if (counted.length > 0)
      await countCells(deps, edit, counted, await inTransaction((tx) => unappliedLines(tx, edit)));
    const many = counted.filter(areManyNewNames).slice(0, MAX_ATTRIBUTES_NAMED);
    return async (tx, at) => {
      await saveNewNames(
        tx,
        edit,
        many.map(({ attributeId, ...names }) => names),
      );
      return { cursor: 0, done: at.done, total: at.total, finished: true };
    };
  };

/**
 * Counts the filled cells of some attributes' columns in rows that are not left out, and notes whether any name is
 * known.
 */
async function countCells(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  counted: readonly NewNameCount[],
  leftOut: readonly number[],
): Promise<void> {
  const opened = await loadParsingContext(deps, edit, edit.reading as StoredFileFormat as FileFormat);
  const { columns, valueIndexes } = choiceColumnsOf(opened, counted);
  const context = { ...opened.context, segments: dryRun(await loadSegmentResolver(deps.db, edit)) };
  const slice = createTimeSlice();
  for await (const rows of readUploadRows(deps, edit, opened, { onLine: isNoneOf(leftOut) })) {
    for (const row of rows) {
      if (slice.isOver()) await slice.yieldToOthers();
      const { values, newSegments } = parseRow(row, columns, context);
      for (const [one, valueIndex] of valueIndexes) {
        const segment = values[valueIndex];
        if (typeof segment !== 'number') continue;
        one.ofCells++;
        if (!newSegments.includes(segment)) one.allNew = false;
      }
    }
    if (!counted.some(areManyNewNames)) return;
  }
}

/** The columns of these attributes only, and for each attribute the position of its values in a row. */
function choiceColumnsOf({ columns }: ParsingContext, counted: readonly NewNameCount[]) {
  const list = columns.list.filter(
    ({ kind, attributeId }) => kind === 'choices' && counted.some((one) => one.attributeId === attributeId),
  );
  const valueIndexes = counted.flatMap((one): [NewNameCount, number][] => {
    const column = list.find(({ attributeId }) => attributeId === one.attributeId);
    return column ? [[one, column.valueIndex]] : [];
  });
  return { columns: { ...columns, list }, valueIndexes };
}

/** Whether a line is not in the list. Must be called with lines in ascending order. */
function isNoneOf(lines: readonly number[]): (line: number) => boolean {
  let at = 0;
  return (line) => {
    while ((lines[at] ?? Number.POSITIVE_INFINITY) < line) at++;
    return lines[at] !== line;
  };
}
