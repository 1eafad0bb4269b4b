import type { FileFormat, StoredFileFormat } from '../../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import type { Transaction } from '../../db/client.ts';
import { saveFileFormat } from '../../db/plan/file-format.ts';
import { type MatchedFile, matchFile } from '../matching/match-file.ts';
import type { RowIndex } from '../matching/row-index.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { loadParsingContext, type ParsingContext } from '../upload/parsing-context.ts';

/**
 * The results of the earlier steps, for the later steps of one attempt of stage 1. A retry rebuilds each result when a
 * step first asks for it.
 */
export class ValidationAttempt {
  readonly deps: StageDeps;
  readonly edit: ClaimedMassEdit;
  /** The format that the first step, or an earlier attempt, has stored. */
  format: StoredFileFormat;
  private loading: Promise<ParsingContext> | null = null;
  private matched: RowIndex | null = null;

  constructor(deps: StageDeps, edit: ClaimedMassEdit) {
    [this.deps, this.edit] = [deps, edit];
    this.format = edit.reading as StoredFileFormat;
  }

  async saveFormat(tx: Transaction, format: StoredFileFormat): Promise<void> {
    await saveFileFormat(tx, this.edit, format);
    [this.format, this.loading] = [format, null];
  }

  context(): Promise<ParsingContext> {
    this.loading ??= loadParsingContext(this.deps, this.edit, this.format as FileFormat);
    return this.loading;
  }

  /** Matches the file; see `matchFile`. */
  async *match(): AsyncGenerator<number, MatchedFile> {
    const file = yield* matchFile(this.deps, this.edit, await this.context());
    this.matched = file.index;
    return file;
  }

  /** The matched rows; null if they match other users than in the attempt before. Then validation must restart. */
  async index(): Promise<RowIndex | null> {
    if (this.matched) return this.matched;
    const matching = matchFile(this.deps, this.edit, await this.context());
    let step = await matching.next();
    while (!step.done) step = await matching.next();
    if (step.value.digest === this.edit.matchedAs) this.matched = step.value.index;
    return this.matched;
  }
}
