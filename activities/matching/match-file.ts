import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions } from '../../db/client.ts';
import { normalizeIdentities } from '../../db/plan/find-users.ts';
import { idsWithZeros, reserveUserIds } from '../../db/plan/reserved-user-ids.ts';
import { type DuplicateVerdict, NO_GROUP, resolveDuplicates } from '../../rules/rows/duplicate-rows.ts';
import { fingerprintOf } from '../../rules/rows/fingerprint.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import { type IdentityKind, numbersWithDigits } from '../../rules/values/respellings.ts';
import { binarySearch, NOT_FOUND } from '../collections/binary-search.ts';
import { ABSENT } from '../collections/hash-table.ts';
import { prefetch } from '../stage-runner/prefetch.ts';
import { chunkRowsOf } from '../stage-runner/run-stage.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { inChunks, readUploadRows } from '../upload/read-upload.ts';
import { dryRun, loadSegmentResolver } from '../upload/segment-resolver.ts';
import { openBaseline } from './baseline-rows.ts';
import { createRowMatcher } from './match-rows.ts';
import type { RowIndex } from './row-index.ts';
import { RowIndexBuilder } from './row-index-builder.ts';

/**
 * The matched rows of a file. `digest`: equal if a retry matches the same users. `newUserIds`: the ids reserved for new
 * users, as (first, count) pairs.
 */
export type MatchedFile = { index: RowIndex; digest: string; newUserIds: readonly number[] };

/** Chunks that are matched between two results. Only progress is stored, and each commit waits for the disk. */
const CHUNKS_PER_COMMIT = 10;

/**
 * Matches the rows of a file to users. Unchanged rows are found by the hash of their bytes. Writes only the digest of
 * the parsing context: a retry matches again, which takes less time than to store the result. If a retry matches the
 * same users, new users keep their ids.
 *
 * @returns yields the number of rows matched so far, from time to time
 */
export async function* matchFile(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
): AsyncGenerator<number, MatchedFile> {
  const baseline = await openBaseline(deps, edit, file.digest);
  const index = new RowIndexBuilder(file.reading.rows);
  const matchRows = await createRowMatcher(deps, edit, file, { index, baseline });
  const wanted = baseline.size > 0 ? { hashed: true, baselineRowOf: baseline.find } : {};
  const chunks = inChunks(chunkRowsOf(deps), readUploadRows(deps, edit, file, wanted));
  const nextChunk = prefetch(() => chunks.next());
  let matched = 0;
  for (let chunk = await nextChunk(); !chunk.done; chunk = await nextChunk()) {
    await matchRows(chunk.value);
    if (++matched % CHUNKS_PER_COMMIT === 0) yield index.size;
  }
  index.resolveRespelled();
  const usersBehindZeros = await matchLostZeros(deps, edit, index);
  const duplicates = await resolveFileDuplicates(deps, edit, file, index, usersBehindZeros);
  const digest = index.digest();
  const newUserIds =
    digest === edit.matchedAs
      ? (edit.newUserIds ?? [])
      : await organizationTransactions(deps.db, edit.organizationId)((tx) => reserveUserIds(tx, index.countNew()));
  return { index: index.freeze(newUserIds, { baseline, duplicates }), digest, newUserIds };
}

/**
 * Matches rows whose numeric external id no user has (`42`, or `42.0`) to the only user with that id behind zeros
 * (`0042`). A spreadsheet program has removed the zeros. A user that another row is about is left out. The planner
 * refuses such a row, and its user is not missing from the file.
 *
 * @returns the user behind each such id, for rows that share their id with others
 */
async function matchLostZeros(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  index: RowIndexBuilder,
): Promise<Map<string, number>> {
  const meant = new Map<string, number>();
  if (!index.anyUnknownNumericId) return meant;
  const present = index.presentUserIds();
  for await (const users of idsWithZeros(deps.db, edit)) {
    for (const { id, bare } of users) {
      if (binarySearch(present, id) !== NOT_FOUND) continue;
      for (const given of numbersWithDigits(bare)) {
        const row = index.firstRowWith('externalId', given);
        if (row === ABSENT) continue;
        meant.set(given, id);
        if (!index.isDuplicateCandidate(row)) index.matchLostZeros(row, id);
      }
    }
  }
  return meant;
}

/** Reads the duplicate candidates again and compares their contents. The verdicts are by the index of the row. */
async function resolveFileDuplicates(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  index: RowIndexBuilder,
  usersBehindZeros: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, DuplicateVerdict>> {
  const candidates = index.markDuplicates();
  if (candidates.length === 0) return new Map();
  const inTransaction = organizationTransactions(deps.db, edit.organizationId);
  const context = { ...file.context, segments: dryRun(await loadSegmentResolver(deps.db, edit)) };
  const group = () => new Float64Array(candidates.length).fill(NO_GROUP);
  const groups = { email: group(), externalId: group(), person: group() };
  const numbers = { email: new Map<string, number>(), externalId: new Map<string, number>() };
  const fingerprints: string[] = [];
  const slice = createTimeSlice();
  const lines = Int32Array.from(candidates, (row) => index.lineOf(row));
  const isWanted = new Set(lines);
  const rows = readUploadRows(deps, edit, file, { onLine: (line) => isWanted.has(line) });
  for await (const chunk of inChunks(chunkRowsOf(deps), rows)) {
    const texts: Record<IdentityKind, (string | null)[]> = { email: [], externalId: [] };
    const first = fingerprints.length;
    for (const row of chunk) {
      const parsed = parseRow(row, file.columns, context);
      texts.email.push(parsed.email);
      texts.externalId.push(parsed.externalId);
      fingerprints.push(fingerprintOf(parsed));
      if (slice.isOver()) await slice.yieldToOthers();
    }
    const emails = await inTransaction((tx) => normalizeIdentities(tx, texts.email));
    const externalIds = await inTransaction((tx) => normalizeIdentities(tx, texts.externalId));
    for (const at of chunk.keys()) {
      const [candidate, externalId] = [first + at, externalIds[at] ?? null];
      const row = candidates[candidate] ?? ABSENT;
      const user = externalId === null ? undefined : usersBehindZeros.get(externalId);
      if (user !== undefined) index.matchLostZeros(row, user);
      groups.email[candidate] = numberOf(numbers.email, emails[at] ?? null);
      groups.externalId[candidate] = numberOf(numbers.externalId, externalId);
      if (index.matchesExistingUser(row)) groups.person[candidate] = index.userIdOf(row);
    }
  }
  const verdicts = resolveDuplicates({ lines, groups, fingerprints });
  return new Map(verdicts.flatMap((verdict, at) => (verdict ? [[candidates[at] ?? ABSENT, verdict]] : [])));
}

/** Equal texts have equal numbers. */
function numberOf(numbers: Map<string, number>, key: string | null): number {
  if (key === null) return NO_GROUP;
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}
