import { takeTurns } from '../csv/turns.ts';
import { inOrganization } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { idsWithZeros } from '../db/user-ids.ts';
import { lookingAhead, openChoices } from './choice-book.ts';
import { inChunksOf, rowsIn } from './file-input.ts';
import type { FileRows } from './file-rows.ts';
import { NONE } from './hash-index.ts';
import { identityKeys } from './identity-keys.ts';
import { chunkRowsOf, type StageDeps } from './in-chunks.ts';
import { type KnownAhead, type KnownRows, openKnownRows } from './known-rows.ts';
import { openMatching } from './match-rows.ts';
import type { OpenRows } from './open-rows.ts';
import { fingerprintOf } from './rules/fingerprint.ts';
import { interpretRow } from './rules/interpret-row.ts';
import { numbersWithDigits } from './rules/respellings.ts';
import type { RowDraft } from './rules/row-draft.ts';
import { NO_GROUP, settleTwins, type Twin } from './rules/twins.ts';
import { NOWHERE, placeIn } from './sorted-numbers.ts';

/** A file of whose every row it is known whom it is about, and which rows repeat or contradict each other. */
export type MatchedFile = {
  rows: FileRows;
  known: KnownRows | null;
  /** By the place of a row; of rows that are alone there is none. */
  twins: ReadonlyMap<number, Twin>;
};

export type FileMatching = {
  /** How many rows have been matched. */
  done: () => number;
  /** Matches about so many rows more, at least one chunk; gives the whole once there are none left. */
  goOn: (rows: number) => Promise<MatchedFile | null>;
};

/** Begins to match a file; see `openMatching`. `ahead`: what may be known, where it is being read already. */
export async function matchFile(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  ahead: KnownAhead | null,
): Promise<FileMatching> {
  const known = await openKnownRows(deps, edit, file.digest, ahead);
  const matching = await openMatching(deps, edit, file, known);
  const { rows } = matching;
  return {
    done: () => rows.size,
    goOn: async (more) => {
      const until = rows.size + more;
      while (rows.size < until) if ((await matching.next()) === 0) return settle(deps, edit, file, { rows, known });
      return null;
    },
  };
}

async function settle(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  { rows, known }: Pick<MatchedFile, 'rows' | 'known'>,
): Promise<MatchedFile> {
  rows.settleRespelled();
  const meant = await findLostZeros(deps, edit, rows);
  rows.markTwinsByPerson();
  const twins = await compareTwins(deps, edit, file, rows, meant);
  return { rows, known, twins };
}

/**
 * Takes rows with an external id of digits that nobody has (`42`) to be about the one user whose id is the same behind
 * zeros (`0042`), where no row of the file is about that user: a spreadsheet program has removed the zeros. So it has of
 * `42.0`. Such a row is refused when it is planned, and its user is not missing from the file.
 *
 * @returns whom such an id means, for rows that share theirs with others
 */
async function findLostZeros(deps: StageDeps, edit: ClaimedEdit, rows: FileRows): Promise<Map<string, number>> {
  const meant = new Map<string, number>();
  if (!rows.anyDigitsOfNobody) return meant;
  const present = rows.present();
  for await (const people of idsWithZeros(deps.db, edit)) {
    for (const { id, bare } of people) {
      if (placeIn(present, id) !== NOWHERE) continue;
      for (const given of numbersWithDigits(bare)) {
        const row = rows.rowGiving('externalId', given);
        if (row === NONE) continue;
        meant.set(given, id);
        if (!rows.isTwin(row) && means(rows, row)) rows.means(row, id);
      }
    }
  }
  return meant;
}

/** Whether the external id of a row can be that of a user without its zeros; a row that brings a user back has that user's own. */
const means = (rows: FileRows, row: number): boolean => rows.hasDigitsOfNobody(row) && !rows.comesBack(row);

/** Reads the rows that may be about one person once more, and compares what they say. */
async function compareTwins(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  rows: FileRows,
  meant: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, Twin>> {
  const twins = rows.twins();
  if (twins.length === 0) return new Map();
  const choices = lookingAhead(await openChoices(deps.db, edit));
  const context = { ...file.context, choices };
  const groups = { email: group(twins), externalId: group(twins), person: group(twins) };
  const [emails, externalIds] = [new Map<string, number>(), new Map<string, number>()];
  const fingerprints: string[] = [];
  const turns = takeTurns();
  let place = 0;
  const lines = new Set(Array.from(twins, (row) => rows.lineOf(row)));
  const given = rowsIn(deps, edit, file, { onLine: (line) => lines.has(line) });
  for await (const batch of inChunksOf(chunkRowsOf(deps), given)) {
    const drafts: RowDraft[] = [];
    for (const row of batch) {
      drafts.push(interpretRow(row, file.columns, context));
      if (turns.isOver()) await turns.next();
    }
    const keys = await inOrganization(deps.db, edit.organizationId, async (tx) => ({
      email: await identityKeys(
        tx,
        drafts.map(({ email }) => email),
      ),
      externalId: await identityKeys(
        tx,
        drafts.map(({ externalId }) => externalId),
      ),
    }));
    for (const [at, draft] of drafts.entries()) {
      const row = twins[place] ?? 0;
      const externalId = keys.externalId[at] ?? null;
      const user = externalId === null ? undefined : meant.get(externalId);
      if (user !== undefined && means(rows, row)) rows.means(row, user);
      groups.email[place] = numberOf(emails, keys.email[at] ?? null);
      groups.externalId[place] = numberOf(externalIds, externalId);
      groups.person[place] = rows.isAboutSomebodyThere(row) ? rows.personOf(row) : NO_GROUP;
      fingerprints.push(fingerprintOf(draft));
      if (turns.isOver()) await turns.next();
      place++;
    }
  }
  const settled = settleTwins({ lines: Int32Array.from(twins, (row) => rows.lineOf(row)), groups, fingerprints });
  return new Map(settled.flatMap((twin, at) => (twin ? [[twins[at] ?? 0, twin]] : [])));
}

const group = (twins: Int32Array): Float64Array => new Float64Array(twins.length).fill(NO_GROUP);

/** Equal texts have equal numbers. */
function numberOf(numbers: Map<string, number>, key: string | null): number {
  if (key === null) return NO_GROUP;
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}
