import { createTimeSlice } from '../../csv/turns.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import { idsWithZeros } from '../../db/plan/reserved-user-ids.ts';
import { type DuplicateVerdict, NO_GROUP, resolveDuplicates } from '../../rules/rows/duplicate-rows.ts';
import { fingerprintOf } from '../../rules/rows/fingerprint.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import { numbersWithDigits } from '../../rules/values/respellings.ts';
import { binarySearch, NOT_FOUND } from '../collections/binary-search.ts';
import { ABSENT } from '../collections/hash-table.ts';
import { chunkRowsOf } from '../stage-runner/run-stage.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { inChunks } from '../upload/batches.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { readUploadRows } from '../upload/read-upload.ts';
import { dryRun, loadSegmentResolver } from '../upload/segment-resolver.ts';
import { type BaselinePrefetch, type BaselineRows, openBaselineRows } from './baseline-rows.ts';
import { normalizeIdentities } from './normalize-identities.ts';
import type { RowIndex } from './row-index.ts';
import { createRowMatcher } from './row-matcher.ts';

/** A file whose rows are matched to users, with the verdict on its duplicate rows. */
export type MatchedFile = {
  rows: RowIndex;
  baseline: BaselineRows | null;
  /** By the index of the row. A row without duplicates has no entry. */
  duplicates: ReadonlyMap<number, DuplicateVerdict>;
};

export type FileMatcher = {
  done: () => number;
  /** Matches about `rows` rows more, at least one chunk. Returns the matched file after the last row, null before. */
  advance: (rows: number) => Promise<MatchedFile | null>;
};

/** Starts to match a file; see `createRowMatcher`. `prefetched`: the baseline, if its read has started already. */
export async function matchFile(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  prefetched: BaselinePrefetch | null,
): Promise<FileMatcher> {
  const baseline = await openBaselineRows(deps, edit, file.digest, prefetched);
  const matching = await createRowMatcher(deps, edit, file, baseline);
  const { rows } = matching;
  return {
    done: () => rows.size,
    advance: async (more) => {
      const until = rows.size + more;
      while (rows.size < until)
        if ((await matching.next()) === 0) return finishMatching(deps, edit, file, { rows, baseline });
      return null;
    },
  };
}

async function finishMatching(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  { rows, baseline }: Pick<MatchedFile, 'rows' | 'baseline'>,
): Promise<MatchedFile> {
  rows.resolveRespelled();
  const meant = await matchLostLeadingZeros(deps, edit, rows);
  rows.markDuplicatesByUser();
  const duplicates = await resolveFileDuplicates(deps, edit, file, rows, meant);
  return { rows, baseline, duplicates };
}

/**
 * Matches rows whose numeric external id no user has (`42`, or `42.0`) to the only user with that id behind zeros
 * (`0042`). A spreadsheet program has removed the zeros. A user that another row is about is left out. The planner
 * refuses such a row, and its user is not missing from the file.
 *
 * @returns the user behind each such id, for rows that share their id with others
 */
async function matchLostLeadingZeros(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  rows: RowIndex,
): Promise<Map<string, number>> {
  const meant = new Map<string, number>();
  if (!rows.anyUnknownNumericId) return meant;
  const present = rows.presentUserIds();
  for await (const users of idsWithZeros(deps.db, edit)) {
    for (const { id, bare } of users) {
      if (binarySearch(present, id) !== NOT_FOUND) continue;
      for (const given of numbersWithDigits(bare)) {
        const row = rows.firstRowWith('externalId', given);
        if (row === ABSENT) continue;
        meant.set(given, id);
        if (!rows.isDuplicateCandidate(row) && mayHaveLostZeros(rows, row)) rows.matchByRespelling(row, id);
      }
    }
  }
  return meant;
}

/** Whether the external id of a row may have lost its zeros. A row that restores a user has the id of that user. */
const mayHaveLostZeros = (rows: RowIndex, row: number): boolean =>
  rows.hasUnknownNumericId(row) && !rows.restoresUser(row);

/** Reads the duplicate candidates again and compares their contents. */
async function resolveFileDuplicates(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  rows: RowIndex,
  meant: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, DuplicateVerdict>> {
  const candidates = rows.duplicateCandidates();
  if (candidates.length === 0) return new Map();
  const segments = dryRun(await loadSegmentResolver(deps.db, edit));
  const context = { ...file.context, segments };
  const groups = { email: group(candidates), externalId: group(candidates), person: group(candidates) };
  const [emails, externalIds] = [new Map<string, number>(), new Map<string, number>()];
  const fingerprints: string[] = [];
  const slice = createTimeSlice();
  let place = 0;
  const lines = new Set(Array.from(candidates, (row) => rows.lineOf(row)));
  const given = readUploadRows(deps, edit, file, { onLine: (line) => lines.has(line) });
  for await (const batch of inChunks(chunkRowsOf(deps), given)) {
    const drafts: ParsedRow[] = [];
    for (const row of batch) {
      drafts.push(parseRow(row, file.columns, context));
      if (slice.isOver()) await slice.yieldToOthers();
    }
    const keys = await inOrganization(deps.db, edit.organizationId, async (tx) => ({
      email: await normalizeIdentities(
        tx,
        drafts.map(({ email }) => email),
      ),
      externalId: await normalizeIdentities(
        tx,
        drafts.map(({ externalId }) => externalId),
      ),
    }));
    for (const [at, parsed] of drafts.entries()) {
      const row = candidates[place] ?? 0;
      const externalId = keys.externalId[at] ?? null;
      const user = externalId === null ? undefined : meant.get(externalId);
      if (user !== undefined && mayHaveLostZeros(rows, row)) rows.matchByRespelling(row, user);
      groups.email[place] = numberOf(emails, keys.email[at] ?? null);
      groups.externalId[place] = numberOf(externalIds, externalId);
      groups.person[place] = rows.matchesExistingUser(row) ? rows.userIdOf(row) : NO_GROUP;
      fingerprints.push(fingerprintOf(parsed));
      if (slice.isOver()) await slice.yieldToOthers();
      place++;
    }
  }
  const settled = resolveDuplicates({
    lines: Int32Array.from(candidates, (row) => rows.lineOf(row)),
    groups,
    fingerprints,
  });
  return new Map(settled.flatMap((duplicate, at) => (duplicate ? [[candidates[at] ?? 0, duplicate]] : [])));
}

const group = (duplicates: Int32Array): Float64Array => new Float64Array(duplicates.length).fill(NO_GROUP);

/** Equal texts have equal numbers. */
function numberOf(numbers: Map<string, number>, key: string | null): number {
  if (key === null) return NO_GROUP;
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}
