import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Transaction } from '../../../db/client.ts';
import {
  createMassEdit,
  findMassEdit,
  findMassEditByKey,
  findRunningMassEdit,
  type MassEditView,
} from '../../../db/mass-edits/mass-edits.ts';
import type { Caller } from '../../../db/people/tokens.ts';
import type { AsCaller } from '../../auth.ts';
import { throwProblem } from '../../problems.ts';
import { currentStageOf, hrefOf } from '../json/mass-edit-json.ts';
import type { Received } from './receive-upload.ts';

export type AcceptInput = {
  received: Received;
  idempotencyKey: string | null;
  approvalTimeoutMs: number;
  /** FINDINGS_LISTED by default. */
  findingsListed?: number;
};

/** A person corrects the first hundreds, and a program can read this many. Stored, they take 30 MB. */
const FINDINGS_LISTED = 100_000;

/** How often to try again if the open mass edit ends between two checks; each time another upload must win. */
const TRIES = 5;

/**
 * Makes a mass edit of a received upload. The database decides between uploads at the same instant: one is stored, the
 * others are refused (`mass_edit_in_progress`) and leave nothing. The upload of a caller who may not upload any more is
 * refused too. The same upload with the same idempotency key returns the first mass edit again, open or ended, also at
 * the same instant.
 *
 * @returns the mass edit, and whether it is new (then its workflow must be started)
 * @throws a problem: `mass_edit_in_progress`, `idempotency_key_reused`, and those of `asCaller`
 */
export async function acceptUpload(
  asCaller: AsCaller,
  input: AcceptInput,
): Promise<{ edit: MassEditView; isNew: boolean }> {
  const fingerprint = fingerprintOf(input.received);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const { created, known, open } = await asCaller((tx, caller) => storeOrFind(tx, caller, input, fingerprint));
      if (created) return { edit: created, isNew: true };
      if (known) {
        if (known.requestFingerprint !== fingerprint) refuseReusedKey();
        await input.received.discard();
        return { edit: known, isNew: false };
      }
      if (open) refuseWhileOpen(open);
    }
    throw new Error('Mass edits of this organization come and end faster than one can be stored');
  } catch (error) {
    await input.received.discard();
    throw error;
  }
}

/** Refuses (`mass_edit_in_progress`) and names the open mass edit. */
export function refuseWhileOpen(open: MassEditView): never {
  return throwProblem(
    'mass_edit_in_progress',
    'A bulk import job is already in progress. Please wait for it to complete',
    {
      current: {
        href: hrefOf(open),
        stage: currentStageOf(open).name,
        startedAt: open.createdAt,
        startedBy: open.startedBy.person,
      },
    },
  );
}

type StoredOrFound = { created?: MassEditView | null; known?: MassEditView | null; open?: MassEditView | null };

async function storeOrFind(
  tx: Transaction,
  caller: Caller,
  input: AcceptInput,
  fingerprint: string,
): Promise<StoredOrFound> {
  const { received, idempotencyKey } = input;
  const find = async () => (idempotencyKey === null ? null : findMassEditByKey(tx, idempotencyKey));
  const known = await find();
  if (known) return { known };
  if (received.fileId === null) throw new Error('The mass edit of this idempotency key was there a moment ago');
  const publicId = await createMassEdit(tx, {
    organizationId: caller.organization.id,
    fileId: received.fileId,
    fileName: received.fileName,
    sizeBytes: received.sizeBytes,
    sha256: received.sha256,
    options: received.options,
    approvalTimeoutMs: input.approvalTimeoutMs,
    idempotencyKey,
    requestFingerprint: fingerprint,
    startedBy: caller.user.id,
    findingsListed: input.findingsListed ?? FINDINGS_LISTED,
  });
  if (publicId !== null) return { created: await findMassEdit(tx, publicId) };
  return { known: await find(), open: await findRunningMassEdit(tx) };
}

/** Two uploads are the same if bytes and options are equal; the file name and the framing do not count. */
function fingerprintOf({ sha256, options }: Received): string {
  const { resetEmptyFields, deleteMissingUsers, review } = options;
  const content = JSON.stringify([sha256, resetEmptyFields, deleteMissingUsers, review]);
  return createHash('sha256').update(content).digest('hex');
}

function refuseReusedKey(): never {
  return throwProblem(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another file or other options. Nothing was started; take a new key.',
  );
}

/** As long as any client makes one. It is stored with the mass edit. */
const KEY_CHARACTERS = 255;

/** The Idempotency-Key of a request, null if there is none. Refuses (`invalid_request`) an empty or too long key. */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return null;
  const key = typeof given === 'string' ? given.trim() : '';
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key) && key.length <= KEY_CHARACTERS) return key;
  return throwProblem('invalid_request', `Idempotency-Key has to be 1 to ${KEY_CHARACTERS} visible ASCII characters.`);
}
