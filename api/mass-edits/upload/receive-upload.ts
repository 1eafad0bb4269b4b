import { createHash } from 'node:crypto';
import { parse } from 'content-disposition';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../../db/client.ts';
import type { Options } from '../../../workflows/contract.ts';
import { throwProblem } from '../../problems.ts';
import { type ReceivedPart, receiveMultipart } from './receive-multipart.ts';
import { compareDigests, contentDigests } from './upload-digest.ts';
import { plainFileName } from './upload-file-name.ts';
import { type GivenOptions, readOptions } from './upload-options.ts';
import { openUploadSink, type UploadSink } from './upload-sink.ts';

export type Received = {
  /** Null if the bytes were not to be stored. */
  fileId: number | null;
  fileName: string;
  sizeBytes: number;
  /** In hex. */
  sha256: string;
  options: Options;
  /** Deletes the stored bytes, if no mass edit is made of them. */
  discard: () => Promise<void>;
};
export type ReceiveInput = {
  db: Database;
  request: FastifyRequest;
  query: GivenOptions;
  organizationId: string;
  maxBytes: number;
  keep: boolean;
};

/**
 * Receives the body of an upload, raw or multipart. Counts, digests and stores the bytes, and compares them with every
 * digest that the client sent. A refused or truncated upload leaves nothing behind.
 *
 * @throws a problem: `truncated_upload`, `file_too_large`, `file_type`, `empty_file`, `digest_mismatch`,
 *   `invalid_request`, `unknown_field`, `option_after_file`, `file_missing`
 */
export async function receiveUpload(input: ReceiveInput): Promise<Received> {
  const { request } = input;
  const sink = openUploadSink(input.db, input);
  try {
    // The connection was lost while the request waited. No event follows, and the form parser would wait forever.
    if (request.raw.destroyed) throwProblem('truncated_upload', CUT_OFF);
    const digest = createBodyDigest(request.headers['content-digest']);
    const part = await receivePart(request, sink, digest, input.maxBytes);
    const stored = await sink.finish();
    digest.compare();
    if (part.sha256) compareDigests(part.sha256, stored.sha256);
    const options = readOptions(mergeOptions(input.query, part.options));
    return {
      ...stored,
      sha256: stored.sha256.toString('hex'),
      fileName: part.fileName,
      options,
      discard: sink.discard,
    };
  } catch (error) {
    // Reads and drops the rest, so that the answer reaches a client that is still sending.
    request.raw.unpipe();
    request.raw.resume();
    await sink.discard();
    if (!isCutOff(error)) throw error;
    return throwProblem('truncated_upload', CUT_OFF);
  }
}

const CUT_OFF = 'The upload ended before it was whole. Nothing was started; send it again.';

function receivePart(
  request: FastifyRequest,
  sink: UploadSink,
  digest: BodyDigest,
  maxBytes: number,
): Promise<ReceivedPart> {
  if (!request.isMultipart()) {
    return receiveRaw(request, (bytes) => {
      digest.update(bytes);
      return sink.write(bytes);
    });
  }
  // Listens only if there is a digest to compare; the form's parser reads the same stream.
  if (digest.needed) request.raw.on('data', digest.update);
  return receiveMultipart(request, sink, maxBytes);
}

async function receiveRaw(request: FastifyRequest, write: (bytes: Uint8Array) => Promise<void>): Promise<ReceivedPart> {
  // Not destroyed on an early end: that would close the connection, and the answer with it.
  for await (const bytes of request.raw.iterator({ destroyOnReturn: false })) await write(bytes);
  const { filename } = parse(request.headers['content-disposition'] ?? '').parameters;
  return { fileName: plainFileName(filename), options: {}, sha256: null };
}

type BodyDigest = { update: (bytes: Uint8Array) => void; compare: () => void; needed: boolean };

/** Digests the body while it passes, if the client sent a digest to compare with. */
function createBodyDigest(header: string | string[] | undefined): BodyDigest {
  const expectedDigests = contentDigests(Array.isArray(header) ? header.join(',') : header).map(
    ({ algorithm, digest }) => ({
      expected: digest,
      hash: createHash(algorithm),
    }),
  );
  return {
    needed: expectedDigests.length > 0,
    update: (bytes) => {
      for (const { hash } of expectedDigests) hash.update(bytes);
    },
    compare: () => {
      for (const { expected, hash } of expectedDigests) compareDigests(expected, hash.digest());
    },
  };
}

/** Whether the body ended early: the connection broke, or a form has no last line. */
function isCutOff(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    code === 'ECONNRESET' ||
    code === 'FST_MP_PREMATURE_CLOSE' ||
    /unexpected end of multipart data|terminated early/i.test(error.message)
  );
}

/** Refuses an option that is both in the query and in a field, because it is unclear which value holds. */
function mergeOptions(query: GivenOptions, fields: GivenOptions): GivenOptions {
  const twice = Object.keys(fields).find((name) => Object.hasOwn(query, name));
  if (twice) throwProblem('invalid_request', `The option "${twice}" was given twice, by query and by field.`);
  return { ...query, ...fields };
}
