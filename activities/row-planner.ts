import { takeTurns } from '../csv/turns.ts';
import { inOrganization, transactionsOf } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { attributesOf } from '../db/file-reading.ts';
import { type RowsToWrite, rowsToWrite } from '../db/plan-write.ts';
import { type FileChoices, type NewChoices, openChoices } from './choice-book.ts';
import type { FileRows } from './file-rows.ts';
import type { StageDeps } from './in-chunks.ts';
import { type Attributes, lookUpRows, type ReadRow } from './look-up-rows.ts';
import type { MatchedFile } from './matched-file.ts';
import type { OpenRows } from './open-rows.ts';
import { type Finding, finding } from './rules/findings.ts';
import { interpretRow } from './rules/interpret-row.ts';
import { OWN_HEADERS } from './rules/own-headers.ts';
import { type PlannedRow, planRow } from './rules/plan-row.ts';
import type { FileRow, RowDraft } from './rules/row-draft.ts';
import type { Twin } from './rules/twins.ts';
import { findsWholeIdentities } from './whole-identities.ts';

/** What becomes of some rows, worked out and not written yet. */
export type Planned = { planned: RowsToWrite; choices: NewChoices; findings: Finding[] };

export const nothingPlanned = (): Planned => ({
  planned: rowsToWrite(),
  choices: { names: [], used: [] },
  findings: [],
});

/** A row with its place in the file. */
export type GivenRow = { place: number; row: FileRow };

/** Rows that were read, with what each is to be compared with and the names of segments that they were the first to bring. */
type RowsRead = {
  given: readonly GivenRow[];
  read: readonly ReadRow[];
  factsOf: Awaited<ReturnType<typeof lookUpRows>>;
  names: NewChoices['names'];
};
/** All that rows are read and planned by. */
export type RowPlanner = {
  read(rows: FileRows, given: readonly GivenRow[], twins: MatchedFile['twins']): Promise<RowsRead>;
  plan(rows: RowsRead): Promise<Planned>;
};

export async function openRowPlanner(deps: StageDeps, edit: ClaimedEdit, file: OpenRows): Promise<RowPlanner> {
  const choices = await openChoices(deps.db, edit);
  const attributes = await openAttributes(deps, edit, file);
  const choiceColumns = file.columns.list.filter(({ kind }) => kind === 'choices').length;
  const context = { ...file.context, choices };
  const wholeOf = findsWholeIdentities(deps.db, edit);
  const inTransaction = transactionsOf(deps.db, edit.organizationId);
  return {
    read: async (rows, given, twins) => {
      await choices.stockUp(given.length * choiceColumns);
      const read: ReadRow[] = [];
      const turns = takeTurns();
      for (const { place, row } of given) {
        if (turns.isOver()) await turns.next();
        const draft = interpretRow(row, file.columns, context);
        const twin = twins.get(place);
        const whole = draft.doubtful.length > 0 ? await wholeOf(draft) : null;
        read.push({ place, draft: twin ? asTwin(draft, twin) : draft, whole });
      }
      const names = choices.takeNames();
      const factsOf = await inTransaction((tx) => lookUpRows(tx, edit.organizationId, rows, read, attributes));
      return { given, read, factsOf, names };
    },
    plan: async ({ given, read, factsOf, names }) => {
      const planned = rowsToWrite();
      const findings: Finding[] = [];
      const turns = takeTurns();
      let at = -1;
      for (const { draft } of read) {
        if (turns.isOver()) await turns.next();
        at++;
        const row = planRow(draft, factsOf(at));
        if (row.findings.length > 0) findings.push(...row.findings);
        useChoices(choices, draft, row);
        // Whom a row names is asked again only where somebody may be deleted.
        if (!edit.deleteMissingUsers) row.people = null;
        planned.add(row, isClean(draft, row) ? (given[at]?.row.hash ?? null) : null);
      }
      return { planned, findings, choices: choices.toWrite(names) };
    },
  };
}

async function openAttributes(deps: StageDeps, edit: ClaimedEdit, { columns }: OpenRows): Promise<Attributes> {
  const attributes = await inOrganization(deps.db, edit.organizationId, (tx) => attributesOf(tx, edit));
  const names = new Map(attributes.map(({ id, name }) => [String(id), name]));
  const pointing = attributes.filter(({ type }) => type === 'users').map(({ id }) => String(id));
  return { columns: columns.values, pointing, nameOf: (id) => names.get(id) ?? '' };
}

const useChoices = (choices: FileChoices, { newSegments }: RowDraft, { action }: PlannedRow): void => {
  if (newSegments.length > 0 && (action === 'create' || action === 'update')) choices.use(newSegments);
};

/**
 * Whether an equal row may be taken as known later: nothing was said of it, nothing in it depends on the day, nobody it
 * is about or names had to be brought back or given a name first, and it names no users that only count as present.
 */
const isClean = ({ backdates, alsoNames }: RowDraft, { findings, action, restores, needs }: PlannedRow): boolean =>
  findings.length === 0 &&
  (action === 'create' || action === 'update' || action === 'unchanged') &&
  !restores &&
  needs === null &&
  alsoNames.length === 0 &&
  Object.keys(backdates).length === 0;

/** A row that repeats an earlier one says nothing else; one that contradicts another is refused. */
function asTwin(draft: RowDraft, { repeats, otherLine, by, differ }: Twin): RowDraft {
  const byId = by === 'externalId' || draft.email === null;
  const [column, value] = byId ? [OWN_HEADERS.externalId, draft.externalId] : [OWN_HEADERS.email, draft.email];
  const code = repeats ? 'DUPLICATE_IDENTICAL' : 'DUPLICATE_ROW';
  const said = finding(draft.line, code, column, value, differ === null ? { otherLine } : { otherLine, differ });
  if (repeats) return { ...draft, skipped: true, findings: [said] };
  return { ...draft, refused: true, findings: [...draft.findings, said] };
}
