import type { MassEdit, Stage } from '../mass-edit.ts';
import type { PageContext } from '../page-context.ts';
import type { TimeLeft } from '../time-left.ts';
import { isolate } from './isolate.ts';

type In = Pick<PageContext, 'words' | 'format'>;

/** Where an open mass edit is: "Stage 5 of 7: Upsert users. 8,500 of 20,000. About 1 minute left." */
export function whereItIs({ words }: In, edit: MassEdit, left: TimeLeft | null): string {
  const { number, name, done, total } = edit.stage;
  const far = total === 0 ? [] : [number === 1 ? words.stage.rows(done, total) : words.stage.progress(done, total)];
  return [words.stage.at(number, words.stage.names[name]), ...far, ...(left ? [words.stage.left(left)] : [])].join(' ');
}

/** The question of the gate: how many users to delete, or whether to apply. */
export function questionOf({ words }: In, edit: MassEdit): string {
  const { deletion } = edit;
  return deletion && deletion.count > 0
    ? words.prompt.question(deletion.count, deletion.ofUsers)
    : words.prompt.reviewQuestion;
}

/** The uploader, marked as a name. */
export const starterOf = ({ words }: In, edit: MassEdit): string =>
  isolate(edit.startedByName ?? edit.startedBy ?? words.latest.someone);

/** The user who decided, marked as a name. null if no decision was made, or if the clock or an operator decided. */
export function deciderOf(edit: MassEdit): string | null {
  const who = edit.decidedByName ?? edit.decidedBy;
  return who === null ? null : isolate(who);
}

/** How it ended, in a line, with the columns that were not read: the numbers do not cover their data. */
export function headlineOf(page: In, edit: MassEdit): string {
  const ending = endingOf(page, edit);
  return isPartlyRead(edit)
    ? page.words.result.partlyRead(ending, edit.outcome === 'completed', unreadIn(page, edit))
    : ending;
}

/** Whether it ended by itself and columns with data were not read. */
export const isPartlyRead = (edit: MassEdit): boolean =>
  edit.file.unreadColumnCount > 0 &&
  edit.failure === null &&
  (edit.outcome === 'completed' || edit.outcome === 'completed_with_errors' || edit.outcome === 'failed');

/** How many columns with data are not read, and which: "2 columns were not read: Shoe size, Cost centre". */
export function unreadIn({ words }: In, { file }: MassEdit): string {
  const named = file.unreadColumns.slice(0, NAMED_COLUMNS).map(({ header }) => {
    if (header === '') return words.result.unnamed;
    return isolate(header.length > LONGEST_HEADER ? `${header.slice(0, LONGEST_HEADER)}…` : header);
  });
  return words.result.unread(file.unreadColumnCount, named);
}
/** More or longer names make a sentence too long. The findings below list all. */
const NAMED_COLUMNS = 3;
const LONGEST_HEADER = 60;

function endingOf({ words }: In, edit: MassEdit): string {
  const { result } = words;
  switch (edit.outcome) {
    case 'completed':
      return result.complete;
    case 'completed_with_errors':
      return result.withErrors;
    case 'cancelled':
      return result.cancelled;
    case 'expired':
      return result.expired;
    default:
      if (edit.failure?.reason === 'miscounted') return result.miscounted;
      if (edit.failure) return result.stopped(edit.failure.stage);
      return isFileError(edit) ? result.file(isolate(edit.file.name)) : result.noRow;
  }
}

/** The result in a few sentences. */
export function summaryOf(page: In & Pick<PageContext, 'limits'>, edit: MassEdit): string[] {
  const { result } = page.words;
  switch (edit.outcome) {
    case 'cancelled':
      return [cancellation(page, edit), ...(wasApplied(edit) ? counted(page, edit) : [])];
    case 'expired': {
      const hours = /^(\d+)h$/.exec(page.limits?.approvalTimeout ?? '')?.[1];
      return [hours === undefined ? result.expiredShort : result.expiredText(Number(hours))];
    }
    case 'failed':
      if (edit.failure) return failure(page, edit, edit.failure);
      return isFileError(edit)
        ? [result.fileText]
        : [result.notApplied(edit.counts.refused, edit.counts.read), ...decision(page, edit)];
    case 'completed_with_errors':
      return [
        edit.counts.refused > 0 ? result.notApplied(edit.counts.refused, edit.counts.read) : result.someCells,
        ...counted(page, edit),
        ...decision(page, edit),
      ];
    default: {
      const { created, updated, deleted } = edit.counts;
      const nothing = created + updated + deleted === 0 && !isPartlyRead(edit) ? [result.noChanges] : [];
      return [...nothing, ...counted(page, edit), ...decision(page, edit)];
    }
  }
}

/** How many users there were and are, and why the number changed. null if they were not counted. */
export function usersOf({ words }: In, { usersCounted, counts }: MassEdit): string | null {
  if (usersCounted === null) return null;
  const { result } = words;
  const { before, byOthers, expected, after } = usersCounted;
  const parts: [number, string][] = [
    [counts.created, result.userParts.created],
    [counts.restored, result.userParts.restored],
    [counts.deleted, result.userParts.deleted],
    [byOthers, result.userParts.othersAdded],
    [-byOthers, result.userParts.othersDeleted],
  ];
  const were = result.usersWere(before, after, parts);
  return after === expected ? were : `${were} ${result.usersExpected(expected)}`;
}

/** A file that could not be parsed: it has findings of the file and no rows. */
export const isFileError = (edit: MassEdit): boolean =>
  edit.outcome === 'failed' && edit.failure === null && edit.counts.read === 0;

/** Whether a stage that writes has begun. */
const wasApplied = (edit: MassEdit): boolean =>
  edit.stages
    .slice(READING_STAGES)
    .some(({ status }) => status === 'running' || status === 'done' || status === 'failed');

/** The duration in milliseconds; null while it runs. */
export const tookMs = ({ startedAt, endedAt }: Pick<Stage, 'startedAt' | 'endedAt'>): number | null =>
  startedAt === null || endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));

/** The chosen options, in the words of the form without their warnings. */
export function optionsOf({ words }: In, { options }: MassEdit): string[] {
  const { upload, panel } = words;
  const chosen = [
    options.resetEmptyFields ? upload.reset : null,
    options.deleteMissingUsers ? upload.remove : null,
    options.review === 'always' ? upload.review : null,
  ].filter((one) => one !== null);
  return chosen.length > 0 ? chosen.map((one) => one.replace(/ \([^)]*\)$/, '')) : [panel.optionsNone];
}

/** Validation and cycle detection write no live data. */
const READING_STAGES = 2;

function counted({ words }: In, edit: MassEdit): string[] {
  const { result } = words;
  const { created, updated, unchanged, refused, skipped, read, deleted } = edit.counts;
  const parts: [number, string][] = [
    [created, result.parts.created],
    [updated, result.parts.updated],
    [unchanged, result.parts.unchanged],
    [refused, result.parts.refused],
    [skipped, result.parts.skipped],
  ];
  return [result.read(read, parts), ...(deleted > 0 ? [result.deleted(deleted)] : [])];
}

function decision({ words }: In, edit: MassEdit): string[] {
  const who = deciderOf(edit);
  if (who === null || edit.deletion === null) return [];
  if (edit.decision === 'approve') return [words.result.approvedBy(who)];
  return edit.decision === 'skip_deletions' ? [words.result.skippedBy(who)] : [];
}

/** The cause of the failure, the state of the live data, and which stage failed and why. */
function failure({ words, format }: In, edit: MassEdit, { stage, reason }: NonNullable<MassEdit['failure']>): string[] {
  const { result } = words;
  const name = edit.stages[stage - 1]?.name ?? edit.stage.name;
  const why = result.stoppedWhy[reason](words.stage.names[name]);
  if (reason === 'miscounted') return [why, ...counted({ words, format }, edit)];
  return wasApplied(edit)
    ? [result.stoppedText, why, ...counted({ words, format }, edit)]
    : [result.stoppedBefore, why];
}

function cancellation({ words }: In, edit: MassEdit): string {
  const { result } = words;
  // `decidedBy` holds the user who approved, even if another user stopped it.
  const who = edit.decision === null || edit.decision === 'cancel' ? deciderOf(edit) : null;
  if (wasApplied(edit)) return who ? result.stoppedBy(who) : result.stoppedSome;
  return who ? result.cancelledBy(who) : result.cancelledBefore;
}
