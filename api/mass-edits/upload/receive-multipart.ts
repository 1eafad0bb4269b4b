import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { throwProblem } from '../../problems.ts';
import { sha256Field } from './upload-digest.ts';
import { checkFileType, plainFileName } from './upload-file-name.ts';
import { type GivenOptions, isOptionName, OPTION_NAMES } from './upload-options.ts';
import { tooLarge, type UploadSink } from './upload-sink.ts';

export type ReceivedPart = { fileName: string; options: GivenOptions; sha256: Buffer | null };

/** One more than there are: the first field too many is named, not cut off. */
const MOST_FIELDS = OPTION_NAMES.length + 2;
/** An option or a digest is shorter. */
const FIELD_BYTES = 1024;

/**
 * Reads a form: options first, then the file, then perhaps `sha256`. An option after the file is refused, because the
 * file is inspected while it arrives.
 *
 * @throws a problem: `unknown_field`, `option_after_file`, `file_missing`, `file_type`, `file_too_large`,
 *   `invalid_request`; the form parser's own errors if the body is cut off
 */
export async function receiveMultipart(
  request: FastifyRequest,
  sink: UploadSink,
  maxBytes: number,
): Promise<ReceivedPart> {
  const received: ReceivedPart = { fileName: '', options: {}, sha256: null };
  let hasFile = false;
  // One byte over the limit, so that a file of exactly the limit is whole and not "truncated".
  const limits = {
    fileSize: maxBytes + 1,
    files: 1,
    fields: MOST_FIELDS,
    parts: MOST_FIELDS + 1,
    fieldSize: FIELD_BYTES,
  };
  refuseLongBoundary(request.headers['content-type']);
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') takeField(part, received, hasFile);
      else {
        if (part.fieldname !== 'file') throwProblem('unknown_field', unknown(part.fieldname));
        received.fileName = plainFileName(part.filename);
        await takeFile(part, received.fileName, sink, maxBytes);
        hasFile = true;
      }
    }
  } catch (error) {
    refuseForm(error);
  }
  if (!hasFile) throwProblem('file_missing', 'The form has no file: send it as the part "file", with a file name.');
  return received;
}

async function takeFile(part: MultipartFile, name: string, sink: UploadSink, maxBytes: number): Promise<void> {
  checkFileType(name, part.mimetype);
  for await (const bytes of part.file.iterator({ destroyOnReturn: false })) await sink.write(bytes);
  // The parser ends a file that is too long without an error. A cut file with the delete option would delete users.
  if (part.file.truncated) throwProblem('file_too_large', tooLarge(maxBytes), { maxBytes });
}

function takeField(part: MultipartValue, received: ReceivedPart, hasFile: boolean): void {
  const { fieldname: name, value } = part;
  if (name === 'file')
    throwProblem('file_missing', 'The part "file" has no file name, so that it is a field and no file.');
  if (typeof value !== 'string' || part.valueTruncated)
    throwProblem('invalid_request', `The field "${name.slice(0, 100)}" is not a short text.`);
  else if (name === 'sha256') received.sha256 = sha256Field(value);
  else if (!isOptionName(name)) throwProblem('unknown_field', unknown(name));
  else if (hasFile)
    throwProblem('option_after_file', `The option "${name}" came after the file. Options go before it.`);
  else if (name in received.options) throwProblem('invalid_request', `The option "${name}" was given twice.`);
  else received.options[name] = value;
}

const unknown = (name: string): string =>
  `There is no field "${name.slice(0, 100)}". The fields are ${OPTION_NAMES.join(', ')}, sha256, and then file.`;

/** RFC 2046 allows 70 characters. The parser fails at 253, with an error that does not mention the form. */
const LONGEST_BOUNDARY = 70;
const BOUNDARY = 'boundary=';

function refuseLongBoundary(contentType = ''): void {
  const at = contentType.toLowerCase().indexOf(BOUNDARY);
  const [boundary = ''] = at === -1 ? [] : contentType.slice(at + BOUNDARY.length).split(';', 1);
  const quotes = boundary.startsWith('"') ? 2 : 0;
  if (boundary.trim().length > LONGEST_BOUNDARY + quotes)
    throwProblem('invalid_request', `The boundary of the form has more than ${LONGEST_BOUNDARY} characters.`);
}

/** Turns the parser's own refusals of a form into problems. The caller recognises a truncated body. */
function refuseForm(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_FILES_LIMIT') throwProblem('invalid_request', 'The form has more than one file. Send one.');
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT') {
    throwProblem('invalid_request', 'The form has more fields than there are options.');
  }
  if (code === 'FST_PROTO_VIOLATION' || code === 'FST_INVALID_JSON_FIELD_ERROR') {
    throwProblem('invalid_request', 'A field of the form is not a short text.');
  }
  if (error instanceof Error && /^multipart: /i.test(error.message)) {
    throwProblem('invalid_request', 'The form cannot be read: its Content-Type names no boundary.');
  }
  throw error;
}
