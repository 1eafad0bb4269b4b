import { OWN_PAGE, Refusal, readRefusal } from './api.ts';
import type { MassEdit, Options } from './mass-edit.ts';

export type UploadInput = {
  organizationId: string;
  file: File;
  options: Options;
  /** A retry of the same upload sends the same key. The API then starts nothing twice. */
  key: string;
  onProgress: (sentBytes: number) => void;
};
export type Upload = { done: Promise<MassEdit>; cancel: () => void };

/**
 * Sends a file and its options. It uses XMLHttpRequest, because fetch does not report how much has been sent.
 *
 * `done` resolves to the mass edit that was started. It rejects with a Refusal: of the API; `cut_off` if the connection
 * broke; `file_changed` if the file has changed since it was chosen; `cancelled`.
 */
export function upload({ organizationId, file, options, key, onProgress }: UploadInput): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<MassEdit>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => {
      // Boundaries and fields of the form are sent too.
      onProgress(total > 0 ? Math.min(file.size, (loaded / total) * file.size) : 0);
    };
    request.onload = () => {
      const massEdit = request.status === ACCEPTED ? (JSON.parse(request.responseText) as MassEdit) : null;
      if (massEdit) resolve(massEdit);
      else reject(readRefusal(request.status, request.responseText));
    };
    request.onerror = () => {
      whyBroken(file).then((code) => reject(new Refusal(code, '', 0)));
    };
    request.onabort = () => reject(new Refusal('cancelled', '', 0));
  });
  request.open('POST', `/v1/organizations/${organizationId}/mass-edits`);
  for (const [name, value] of Object.entries(OWN_PAGE)) request.setRequestHeader(name, value);
  request.setRequestHeader('Idempotency-Key', key);
  request.send(formOf(file, options));
  return { done, cancel: () => request.abort() };
}

/** A new Idempotency-Key. `randomUUID` exists over https and on localhost only. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const ACCEPTED = 202;
/** As many random bytes as a UUID has. */
const KEY_BYTES = 16;

/** The API reads a form as a stream, and needs the options before the file. */
function formOf(file: File, options: Options): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.append(name, String(value));
  form.append('file', file, file.name);
  return form;
}

/**
 * Browsers end an upload without an error text if the file was saved again meanwhile. The file can then not be read
 * either.
 */
async function whyBroken(file: File): Promise<'cut_off' | 'file_changed'> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => 'cut_off' as const,
      () => 'file_changed' as const,
    );
}
