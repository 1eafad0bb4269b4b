import type { ProblemCode } from './problems.ts';

/** The meaning of a refusal, and what its reader can do. `detail` of an answer describes the case itself. */
type ProblemText = { means: string; todo: string };

/** One for each code; the title is in problems.ts. */
export const PROBLEM_TEXTS: Record<ProblemCode, ProblemText> = {
  invalid_request: {
    means:
      'A header, the query or the body has another form than this address takes. The member errors names each mistake.',
    todo: 'Compare the request with the description of the address at /docs.',
  },
  unknown_field: {
    means: 'The form of an upload has a field that is neither an option nor the file.',
    todo: 'Send only the fields that /docs describes. Options of an earlier or later version have other names.',
  },
  option_after_file: {
    means: 'An option stands behind the file. The file is read as it comes, so an option behind it comes too late.',
    todo: 'Put all options before the file.',
  },
  file_missing: { means: 'The form ended without a field named file.', todo: 'Send the file in the field file.' },
  truncated_upload: {
    means: 'The connection ended before all bytes had come. Nothing was started and nothing was kept.',
    todo: 'Upload the file again.',
  },
  unauthenticated: {
    means: 'The request has no token and no session, or one that is unknown, expired or withdrawn.',
    todo: 'Send Authorization: Bearer with a valid token, or sign in. An administrator makes tokens.',
  },
  forbidden: {
    means:
      'The role of the token does not allow this, the request of a page lacks the header X-Mass-Edit-Page, or a page of another origin sent it.',
    todo: 'Use a token of a role that may: a viewer reads, an editor uploads, an approver answers, an admin does the rest.',
  },
  second_person_required: {
    means:
      'The organization demands that another person than the uploader answers. These do not count as another person: a token that the uploader made, or that was made with such a token; a user that the uploader or a file of the uploader created, restored, or gave an email or external id; and a token made by an administrator that the uploader had created, restored or changed so before. The member because says which of these holds: token, user or maker.',
    todo: 'Ask an approver or administrator that none of this is true of. If there is none, another user has to upload the file, or the operator makes a token for a user that the uploader has not created or changed.',
  },
  not_found: {
    means: 'There is nothing at this address: no such route, or no such thing in this organization.',
    todo: 'Check the address and its ids. /docs has all addresses.',
  },
  not_available_yet: {
    means: 'The mass edit has not come so far that this exists, or this was not asked of it.',
    todo: 'Look at the state of the mass edit, and ask again later.',
  },
  method_not_allowed: {
    means: 'The address exists, but takes other methods.',
    todo: 'Use one of these methods.',
  },
  request_timeout: {
    means:
      'The request arrived too slowly: headers have 10 s, a body of JSON 30 s, and of a file 500 bytes a second have to arrive.',
    todo: 'Send it again, over a faster connection. Nothing was done.',
  },
  mass_edit_in_progress: {
    means: 'One mass edit runs per organization at a time. The member current says which one runs.',
    todo: 'Wait until it has ended, or cancel it.',
  },
  list_changed: {
    means: 'The approval carries the digest of another list than the one that the mass edit has.',
    todo: 'Get the mass edit again, look at its list, and approve with its listDigest.',
  },
  not_awaiting_approval: {
    means: 'No answer is asked for: the mass edit has not come so far, or it was answered, or it has ended.',
    todo: 'Get the mass edit again: its state and its decision say what happened.',
  },
  other_user_signed_in: {
    means:
      'The browser has a session of another user. The members current and next say who is signed in and who would be. The session stays, and a link is not used up.',
    todo: 'Ask the person. Then send the request with replace, or leave all as it is.',
  },
  already_ended: {
    means: 'The mass edit has ended, so nothing of it can be stopped.',
    todo: 'Get the mass edit again to see how it ended.',
  },
  email_taken: {
    means: 'Another user of the organization has this email. Case and outer spaces do not count.',
    todo: 'Give another email, or change that of the other user first.',
  },
  external_id_taken: {
    means: 'Another user of the organization has this external id. Case and outer spaces do not count.',
    todo: 'Give another external id, or change that of the other user first.',
  },
  name_taken: {
    means:
      'Something of the same kind has this name already, or has it as an alias. Case does not count, nor do forms of quotes, dashes and spaces.',
    todo: 'Choose another name.',
  },
  not_deleted: {
    means: 'Only a deleted user can be restored, and this one is there.',
    todo: 'Nothing has to be done.',
  },
  file_not_kept: {
    means: 'The bytes of a file that is no CSV, or whose time to be kept is over, are not kept.',
    todo: 'Use your own copy of the file.',
  },
  body_too_large: { means: 'The body is larger than this address takes.', todo: 'Send less in one request.' },
  file_too_large: {
    means:
      'The file has more bytes than an upload may have. GET /v1/organizations/{organizationId}/limits has the number.',
    todo: 'Divide the file. Do not choose the option that deletes users for a part of a file.',
  },
  media_type: { means: 'The body is of a type that this address does not read.', todo: 'Send application/json.' },
  file_type: {
    means: 'The upload is neither a form with a file nor a CSV.',
    todo: 'Send multipart/form-data, or text/csv with the options in the query.',
  },
  unprocessable: {
    means: 'The request is understood and cannot be carried out as it is.',
    todo: 'Read the detail of the answer.',
  },
  empty_file: {
    means: 'The file has no bytes.',
    todo: 'Choose another file, or save it again in the program it comes from.',
  },
  digest_mismatch: {
    means: 'The bytes that came are not those whose digest was sent along. Nothing was started.',
    todo: 'Upload the file again. If it happens again, compute the digest of exactly the bytes of the file.',
  },
  idempotency_key_reused: {
    means: 'The Idempotency-Key was used before, for a file or options that differ.',
    todo: 'Use a new key for each new upload, and the same one only to repeat an upload.',
  },
  acknowledgement_missing: {
    means: 'An approval must say that the consequences were read.',
    todo: 'Send acknowledged: true once a person has agreed.',
  },
  nothing_to_skip: {
    means: 'The mass edit deletes no user, so there is no deletion to leave out.',
    todo: 'Approve the mass edit, or cancel it.',
  },
  count_mismatch: {
    means: 'The number that was typed is not the one that the mass edit would apply.',
    todo: 'Get the mass edit again, and send the number that it has now.',
  },
  invalid_value: {
    means: 'A value is not one that is kept there: its form, its length or a character.',
    todo: 'Read the detail of the answer, which says what is wrong with which value.',
  },
  attribute_unknown: {
    means: 'The organization has no attribute of this name.',
    todo: 'GET /v1/organizations/{organizationId}/attributes lists them. An administrator adds one by POST.',
  },
  segment_unknown: {
    means: 'The attribute has no segment of this name. Only a file makes segments by their use.',
    todo: 'GET the segments of the attribute, or add one by POST first.',
  },
  person_not_found: {
    means: 'No user of the organization has this email or external id.',
    todo: 'Check the spelling. A deleted user has to be restored first.',
  },
  person_is_self: {
    means: 'A user cannot be their own manager, nor any other person of their own.',
    todo: 'Name another person.',
  },
  range_overlaps: {
    means: 'A value would lie in two ranges of the attribute.',
    todo: 'Change the bounds. The lower bound belongs to a range and the upper one does not.',
  },
  hierarchy_has_cycle: {
    means: 'In a hierarchy no user may stand above themselves, over any number of steps.',
    todo: 'Change one of the people who form the cycle.',
  },
  last_admin: {
    means: 'An organization must keep one administrator who has a valid token of the role admin.',
    todo: 'Make another user an administrator first, and make a token of the role admin for that user.',
  },
  last_admin_token: {
    means: 'An organization must keep one valid token of the role admin, of a user who is an administrator.',
    todo: 'Make another token of the role admin first. If none is left, the operator makes one.',
  },
  name_reserved: {
    means: 'A file has a column of this name already, so an attribute of it could not be read.',
    todo: 'Choose another name.',
  },
  too_many_requests: {
    means: 'A limit of requests is used up. The member limit names it, and Retry-After says when there is room again.',
    todo: 'Wait for so many seconds, and send fewer requests at once.',
  },
  headers_too_large: {
    means: 'The headers have more bytes than this service reads.',
    todo: 'Send fewer or shorter headers and cookies.',
  },
  internal_error: {
    means: 'A fault of the service. What it did not finish was not applied by this request.',
    todo: 'Try again. If it happens again, give the reference of the answer to the operator.',
  },
  not_ready: {
    means: 'The database or the workflow engine cannot be reached. The member down says which.',
    todo: 'Try again in a moment. A mass edit that runs goes on by itself once both are back.',
  },
  overloaded: {
    means: 'The service has more to do than it can.',
    todo: 'Try again after the seconds that Retry-After says.',
  },
  page_not_built: {
    means: 'The service runs without the files of its page.',
    todo: 'The operator builds them by node dev/build-web.mjs. The API works without them.',
  },
};
