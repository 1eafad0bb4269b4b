import { type Finding, finding } from '../../rules/findings/findings.ts';
import type { ReadLimits } from '../dialect.ts';
import { detectByteOrderMark, detectNonCsv, detectUtf16WithoutMark, KIND_BYTES } from '../encoding/detect-file-type.ts';
import { detectWindows1252 } from '../encoding/detect-windows-1252.ts';
import { locateInvalidByte } from '../encoding/locate-invalid-byte.ts';
import { type Peeked, peek } from '../encoding/peek.ts';
import { NotInEncoding, toUtf8 } from '../encoding/to-utf8.ts';
import type { InspectionResult, OpenFile } from './file-format.ts';
import { inspectRecords, type Origin } from './inspect-records.ts';

/**
 * Reads a whole file and infers its format: encoding, delimiter, header, and the date and number format of each column by
 * proof. Or returns the errors if the file cannot be read. It reads the file once; twice more if it is not UTF-8; once more
 * if few lines end in delimiters as the header does. The meaning of headers is used only to detect the delimiter:
 * `matchHeaders` resolves it. Memory use is constant.
 *
 * @param open returns the file's bytes from the beginning, in pieces of any size; called each time the file is read
 * @param languages that a user may have; names of these languages are counted
 */
export const inspectFile = async (
  open: OpenFile,
  limits: ReadLimits,
  languages: readonly string[] = [],
): Promise<InspectionResult> => {
  const { head, rest } = await peek(open(), KIND_BYTES);
  const start = head.subarray(0, KIND_BYTES);
  const kind = detectNonCsv(start);
  if (kind !== null) {
    await rest.return(undefined);
    return unusable(finding(null, 'NOT_CSV', null, null, { kind }));
  }
  const mark = detectByteOrderMark(start);
  const unmarked = mark ? null : detectUtf16WithoutMark(start);
  const encoding = mark?.encoding ?? unmarked ?? 'utf-8';
  try {
    const pieces = toUtf8(joined({ head, rest }), encoding, mark !== null);
    const origin = { encoding, hadBom: mark !== null, converted: unmarked !== null };
    return await inspected(open, pieces, origin, limits, languages);
  } catch (error) {
    if (!(error instanceof NotInEncoding)) throw error;
    if (encoding === 'utf-8' && !mark) return inspectOlder(open, limits, languages);
    const { byte, line } = await locateInvalidByte(open(), encoding);
    return unusable(finding(line, 'ENCODING_UNKNOWN', null, null, { byte }));
  } finally {
    await rest.return(undefined);
  }
};

/** Inspects a file that is not Unicode: as Windows-1252, if its bytes fit. */
const inspectOlder = async (
  open: OpenFile,
  limits: ReadLimits,
  languages: readonly string[],
): Promise<InspectionResult> => {
  const verdict = await detectWindows1252(open());
  if (verdict.encoding === null) {
    return unusable(finding(verdict.line, 'ENCODING_UNKNOWN', null, null, { byte: verdict.byte }));
  }
  const { encoding } = verdict;
  const origin = { encoding, hadBom: false, converted: true };
  return inspected(open, toUtf8(open(), encoding, false), origin, limits, languages);
};

/** Inspects the records, and once more if trailing delimiters were dropped and then a line did not have them. */
const inspected = async (
  open: OpenFile,
  pieces: AsyncIterable<Buffer>,
  origin: Origin,
  limits: ReadLimits,
  languages: readonly string[],
): Promise<InspectionResult> => {
  const first = await inspectRecords(pieces, origin, limits, languages);
  if ('findings' in first) return first;
  const { encoding, hadBom } = origin;
  const again = await inspectRecords(toUtf8(open(), encoding, hadBom), origin, limits, languages, first.ending);
  if ('findings' in again) return again;
  throw new Error('A known line ending cannot be cut');
};

async function* joined({ head, rest }: Pick<Peeked<Uint8Array>, 'head' | 'rest'>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

const unusable = (...findings: Finding[]): InspectionResult => ({ reading: null, findings });
