import type { Details, FindingCode } from '../activities/rules/findings.ts';
import type { OpenFile, Reading, ReadLimits } from './reading.ts';

/** A finding as it is stored; `code` is one of ours. */
export type LoggedFinding = {
  line: number | null;
  code: FindingCode | (string & {});
  column: string | null;
  value: string | null;
  details: Details;
};

/** `reading` null: the file could not be read, so that only findings are written. Gives text, in pieces. */
export async function* errorLog(
  _open: OpenFile,
  _reading: Reading | null,
  _limits: ReadLimits,
  _findings: AsyncIterable<LoggedFinding>,
): AsyncGenerator<string> {
  throw new Error('soon');
}
