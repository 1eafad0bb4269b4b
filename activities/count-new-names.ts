import type { KeptReading, Reading } from '../csv/reading.ts';
import { takeTurns } from '../csv/turns.ts';
import { transactionsOf } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { attributesInUse, keepNewNames, linesLeftOut, namesBrought } from '../db/new-names.ts';
import { lookingAhead, openChoices } from './choice-book.ts';
import { rowsIn } from './file-input.ts';
import type { StageDeps, Step } from './in-chunks.ts';
import { type OpenRows, openRows } from './open-rows.ts';
import { areMany, type NewNames } from './rules/gate.ts';
import { interpretRow } from './rules/interpret-row.ts';

/** Fewer users with a value are an attribute that is being filled for the first time. */
const IN_USE_FROM_USERS = 20;
/** Attributes that the gate names: an answer about more of them would be given by the first ones. */
const NAMED_AT_MOST = 20;

type Counted = NewNames & { attributeId: number };

/**
 * Looks which columns bring many names of segments into an attribute that is in use. The plan does not hold cells that
 * change nothing, and known rows were not read, so the cells are counted in the file: only if the mass edit would create
 * segments in such an attribute, and only until no column can bring many any more. Mostly the first rows settle it.
 */
export const countNewNames =
  (deps: StageDeps): Step =>
  async (edit) => {
    const inTransaction = transactionsOf(deps.db, edit.organizationId);
    const brought = await inTransaction((tx) => namesBrought(tx, edit));
    const ids = brought.map(({ attributeId }) => attributeId);
    const inUse =
      ids.length > 0 ? await inTransaction((tx) => attributesInUse(tx, edit, ids, IN_USE_FROM_USERS)) : new Set();
    const counted = brought.flatMap(({ attributeId, name, segments, examples }): Counted[] =>
      inUse.has(attributeId) ? [{ attributeId, attribute: name, segments, ofCells: 0, allNew: true, examples }] : [],
    );
    if (counted.length > 0) await countCells(deps, edit, counted, await inTransaction((tx) => linesLeftOut(tx, edit)));
    const many = counted.filter(areMany).slice(0, NAMED_AT_MOST);
    return async (tx, at) => {
      await keepNewNames(
        tx,
        edit,
        many.map(({ attributeId, ...names }) => names),
      );
      return { cursor: 0, done: at.done, total: at.total, finished: true };
    };
  };

/** Counts the filled cells of the columns of some attributes, in rows that are not left out, and looks for a known name. */
async function countCells(
  deps: StageDeps,
  edit: ClaimedEdit,
  counted: readonly Counted[],
  leftOut: readonly number[],
): Promise<void> {
  const opened = await openRows(deps, edit, edit.reading as KeptReading as Reading);
  const { columns, places } = columnsOnly(opened, counted);
  const context = { ...opened.context, choices: lookingAhead(await openChoices(deps.db, edit)) };
  const turns = takeTurns();
  for await (const rows of rowsIn(deps, edit, opened, { onLine: exceptLines(leftOut) })) {
    for (const row of rows) {
      if (turns.isOver()) await turns.next();
      const { values, newSegments } = interpretRow(row, columns, context);
      for (const [one, place] of places) {
        const segment = values[place];
        if (typeof segment !== 'number') continue;
        one.ofCells++;
        if (!newSegments.includes(segment)) one.allNew = false;
      }
    }
    if (!counted.some(areMany)) return;
  }
}

/** The columns of these attributes alone, and by attribute the place of its values in a row. */
function columnsOnly({ columns }: OpenRows, counted: readonly Counted[]) {
  const list = columns.list.filter(
    ({ kind, attributeId }) => kind === 'choices' && counted.some((one) => one.attributeId === attributeId),
  );
  const places = counted.flatMap((one): [Counted, number][] => {
    const column = list.find(({ attributeId }) => attributeId === one.attributeId);
    return column ? [[one, column.place]] : [];
  });
  return { columns: { ...columns, list }, places };
}

/** Whether a line is none of these; to be asked of lines in their order. */
function exceptLines(lines: readonly number[]): (line: number) => boolean {
  let at = 0;
  return (line) => {
    while ((lines[at] ?? Number.POSITIVE_INFINITY) < line) at++;
    return lines[at] !== line;
  };
}
