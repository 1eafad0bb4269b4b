import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sqlStateOf } from '../db/sql/sql-errors.ts';
import { describeFault } from '../monitoring/describe-fault.ts';
import { SECURITY_HEADERS } from '../monitoring/security-headers.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** All refusals: stable code, HTTP status, and a title that is the same in every case. */
const PROBLEMS = {
  invalid_request: [400, 'The request is not of the form that this route takes'],
  unknown_field: [400, 'The form has a field that is not known'],
  option_after_file: [400, 'Options go before the file'],
  file_missing: [400, 'The form has no file'],
  truncated_upload: [400, 'The upload ended before it was whole'],
  unauthenticated: [401, 'A valid token or session is needed'],
  forbidden: [403, 'This is not allowed'],
  second_person_required: [403, 'Another person than the uploader has to approve'],
  not_found: [404, 'There is no such thing here'],
  not_available_yet: [404, 'Not available yet'],
  method_not_allowed: [405, 'The method is not one of this address'],
  request_timeout: [408, 'The request took too long to arrive'],
  mass_edit_in_progress: [409, 'A mass edit is in progress'],
  list_changed: [409, 'The list is not the one that was shown'],
  not_awaiting_approval: [409, 'The mass edit is not waiting for an answer'],
  other_user_signed_in: [409, 'Another user is signed in'],
  already_ended: [409, 'The mass edit has ended'],
  email_taken: [409, 'The email belongs to another user'],
  external_id_taken: [409, 'The external id belongs to another user'],
  last_admin_token: [409, 'An organization needs a token of an admin'],
  name_taken: [409, 'The name is taken'],
  not_deleted: [409, 'The user is not deleted'],
  file_not_kept: [410, 'The file is not kept'],
  body_too_large: [413, 'The request is too large'],
  file_too_large: [413, 'The file is too large'],
  media_type: [415, 'The request is not of a type that is read'],
  file_type: [415, 'The file is not of a type that is read'],
  unprocessable: [422, 'The request cannot be carried out'],
  empty_file: [422, 'The file has no bytes'],
  digest_mismatch: [422, 'The bytes do not have the digest that was sent along'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another upload'],
  acknowledgement_missing: [422, 'The deletion has to be acknowledged'],
  count_mismatch: [422, 'A number does not match'],
  nothing_to_skip: [422, 'The mass edit deletes no user'],
  invalid_value: [422, 'A value is not valid'],
  attribute_unknown: [422, 'There is no such attribute'],
  segment_unknown: [422, 'There is no such segment'],
  person_not_found: [422, 'There is no such person'],
  person_is_self: [422, 'A person cannot be named for themselves'],
  range_overlaps: [422, 'The range overlaps another one'],
  hierarchy_has_cycle: [422, 'People form a cycle'],
  last_admin: [422, 'An organization needs an admin'],
  name_reserved: [422, 'The name belongs to a column of the file'],
  too_many_requests: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large'],
  internal_error: [500, 'The service failed'],
  not_ready: [503, 'The service is not ready'],
  overloaded: [503, 'The service has too much to do'],
  page_not_built: [503, 'The page is not built'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Whether a text is one of our codes. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
/** The title of a problem: a few words in English. */
export const problemTitle = (code: ProblemCode): string => PROBLEMS[code][1];
/** The page that explains a problem, which is its `type`. */
const typeOf = (code: ProblemCode): string => `/problems/${code}`;

/** The answer to a refused request: RFC 9457. Some codes have further members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'The address of the page that explains the code: `/problems/{code}`' }),
    title: Type.String({ description: 'The same for every case of a code' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; programs go by it', enum: Object.keys(PROBLEMS) }),
    detail: Type.String({ description: 'What is wrong here and how to mend it' }),
    instance: Type.String({ description: 'The address that was asked' }),
  },
  { additionalProperties: true },
);

/** A refusal, thrown to be answered. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly extra: Record<string, unknown>;
  constructor(code: ProblemCode, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.code = code;
    this.extra = extra;
  }
}

/**
 * Refuses the request: answers RFC 9457 problem+json with the status of the code.
 *
 * @param detail a sentence for people: what is wrong and how to correct it
 * @param extra further members of the answer
 */
export function throwProblem(code: ProblemCode, detail: string, extra: Record<string, unknown> = {}): never {
  throw new Problem(code, detail, extra);
}

/** The codes of the framework's refusals. */
const FRAMEWORK_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'truncated_upload',
  FST_REQ_FILE_TOO_LARGE: 'file_too_large',
};

/** Addresses that the framework cannot route. Its own sentences repeat the address. */
const BAD_ADDRESSES: Record<string, Problem> = {
  FST_ERR_BAD_URL: new Problem('invalid_request', 'The address cannot be decoded: a % in it begins no encoded letter.'),
  // An id of another form matches nothing.
  FST_ERR_MAX_PARAM_LENGTH: new Problem('not_found', 'There is nothing at this address.'),
};

/** Turns a thrown error into an answer. The answer to a fault has a reference into the log and none of its content. */
export function answerError(error: FastifyError | Problem | Error, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = asProblem(error);
  if (refusal) {
    if (refusal.code === 'overloaded') request.log.warn(describeFault(error), 'refused a request under load');
    sendProblem(request, reply, refusal);
    return;
  }
  const reference = randomUUID();
  request.log.error({ reference, ...describeFault(error) }, 'a request failed');
  sendProblem(
    request,
    reply,
    new Problem('internal_error', `Something went wrong on our side. Reference: ${reference}`, { reference }),
  );
}

/** Answers an address without a route, or a method that the address does not take. Then it lists the methods. */
export const answerNotFound =
  (methodsAt: (path: string) => string[]) =>
  (request: FastifyRequest, reply: FastifyReply): void => {
    const methods = methodsAt(request.url.split('?')[0] ?? '').join(', ');
    const detail = methods
      ? `There is nothing for ${request.method} at this address. It takes ${methods}.`
      : 'There is nothing at this address. /docs has all addresses.';
    sendProblem(request, reply, new Problem('not_found', detail));
  };

/**
 * Answers, on the raw socket, a request that broke off or cannot be parsed: no reply object exists. Then closes the
 * connection, because the start of the next request is unknown.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = BROKEN_REQUESTS[error.code ?? ''] ?? new Problem('invalid_request', 'The request cannot be parsed.');
  socket.end(rawAnswer(refusal), () => socket.destroy());
}

/** A refusal as bytes for a socket whose connection then ends. */
export function rawAnswer(refusal: Problem, address?: string): string {
  const [status] = PROBLEMS[refusal.code];
  const body = problemJson(refusal, address);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

const BROKEN_REQUESTS: Record<string, Problem> = {
  HPE_INVALID_EOF_STATE: new Problem('truncated_upload', 'The request ended before it was whole. Nothing was started.'),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('request_timeout', 'The request took too long. Nothing was started.'),
  HPE_HEADER_OVERFLOW: new Problem('headers_too_large', 'The headers are larger than any that this service needs.'),
};

function asProblem(error: FastifyError | Problem | Error): Problem | undefined {
  if (error instanceof Problem) return error;
  if ('validation' in error && error.validation) {
    // An id of another form matches nothing.
    if (error.validationContext === 'params') return new Problem('not_found', 'There is nothing at this address.');
    return new Problem('invalid_request', `${capitalized(error.message)}.`, {
      errors: error.validation.map(whatIsWrong),
    });
  }
  const state = sqlStateOf(error) ?? '';
  if (TIMED_OUT.has(state)) return overload();
  if (NO_SUCH_VALUE.has(state))
    return new Problem('invalid_request', 'A value of the request is larger than any that is stored, or no text.');
  const address = 'code' in error && typeof error.code === 'string' ? BAD_ADDRESSES[error.code] : undefined;
  if (address) return address;
  const known = 'code' in error && typeof error.code === 'string' ? FRAMEWORK_CODES[error.code] : undefined;
  if (known) return new Problem(known, error.message);
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return status !== undefined && status >= 400 && status < 500
    ? new Problem('invalid_request', error.message)
    : undefined;
}

/** The refusal of a request that can succeed after a few seconds, when a queue of requests has drained. */
export const overload = (): Problem =>
  new Problem('overloaded', 'The service has too much to do just now. Try again.', { retryAfterS: 5 });

/** A value that no column holds: a number out of range (a made-up cursor of our form), or a text with U+0000. */
const NO_SUCH_VALUE: ReadonlySet<string> = new Set(['22003', '22021', '22P05']);

/**
 * A statement exceeded a time limit of the database role (for a statement, a lock or an idle transaction), or its
 * transaction was ended as a deadlock.
 */
const TIMED_OUT: ReadonlySet<string> = new Set(['57014', '55P03', '25P03', '40P01']);

const whatIsWrong = (wrong: { instancePath?: string; message?: string }) => ({
  at: beginningOf(wrong.instancePath ?? ''),
  message: beginningOf(wrong.message ?? ''),
});
/** Several sentences, each with a name of 200 characters. */
const LONGEST_TEXT = 1_000;
const beginningOf = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Problem): void {
  const [status] = PROBLEMS[refusal.code];
  // For an address that the framework refuses no hook runs. Or a route may have begun another answer.
  setSecurityHeaders(request, reply);
  if (refusal.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (refusal.extra.retryAfterS !== undefined) reply.header('retry-after', String(refusal.extra.retryAfterS));
  reply.code(status).type('application/problem+json').send(problemJson(refusal, request.url));
}

function problemJson(refusal: Problem, address?: string): string {
  const [status, title] = PROBLEMS[refusal.code];
  const { code, extra } = refusal;
  // A sentence may repeat what the client sent.
  const detail = beginningOf(refusal.message);
  return JSON.stringify({
    type: typeOf(code),
    title,
    status,
    code,
    detail,
    instance: address?.split('?')[0],
    ...extra,
  });
}
