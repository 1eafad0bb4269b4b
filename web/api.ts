/** A refusal of the API (RFC 9457). If the API could not be reached, `code` is `unreachable`. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: string;
  readonly status: number;
  /** All members of the answer. */
  readonly more: { because?: unknown };
  constructor(code: string, detail: string, status: number, more = {}) {
    super(detail);
    this.code = code;
    this.status = status;
    this.more = more;
  }
}

/** A thrown error as a refusal. Any error that is not a refusal means that the API could not be reached. */
export const refusalIn = (error: unknown): Refusal =>
  error instanceof Refusal ? error : new Refusal('unreachable', String(error), 0);

export const SESSION_PATH = '/v1/session';

/** The API refuses a change by cookie without this header. A page of another origin cannot send it. */
export const OWN_PAGE = { 'X-Mass-Edit-Page': '1' } as const;

type Call = { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown; etag?: string | null };
export type Answer<Body> = { status: number; body: Body | null; etag: string | null; retryAfterS: number | null };

/**
 * Calls the API. Returns the answer; its body is null if the answer has none (204, 304).
 *
 * @throws Refusal if the API refuses or cannot be reached
 */
export async function call<Body>(path: string, { method = 'GET', body, etag }: Call = {}): Promise<Answer<Body>> {
  const headers: Record<string, string> = method === 'GET' ? {} : { ...OWN_PAGE };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-None-Match'] = etag;
  const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    // A refused connection is a TypeError without further detail.
    .catch((cause: unknown) => {
      throw new Refusal('unreachable', String(cause), 0);
    });
  if (!response.ok && response.status !== NOT_MODIFIED)
    throw readRefusal(
      response.status,
      await response.text().catch(() => ''),
      method === 'POST' && path === SESSION_PATH,
    );
  const empty = response.status === NO_CONTENT || response.status === NOT_MODIFIED;
  return {
    status: response.status,
    body: empty ? null : await bodyOf<Body>(response),
    etag: response.headers.get('etag'),
    retryAfterS: Number(response.headers.get('retry-after')) || null,
  };
}

/** The body of a GET that always has one. */
export async function get<Body>(path: string): Promise<Body> {
  const { body } = await call<Body>(path);
  if (body === null) throw new Refusal('unreachable', 'An answer without a body', 0);
  return body;
}

/** Calls back each time the API answers that the session has ended. */
export function whenSignedOut(callback: () => void): void {
  signedOut = callback;
}

/**
 * Makes a refusal of a status and a body. The body is problem+json, unless a proxy answered.
 *
 * @param ofSignIn whether a sign-in was refused; that says nothing about the existing session
 */
export function readRefusal(status: number, body: string, ofSignIn = false): Refusal {
  if (status === UNAUTHENTICATED && !ofSignIn) signedOut();
  const more = parsed(body);
  const { code, detail } = more;
  // A proxy answers with its own page while the API is down.
  if (typeof code !== 'string') return new Refusal('unreachable', `Status ${status}`, status);
  return new Refusal(code, typeof detail === 'string' ? detail : '', status, more);
}

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const UNAUTHENTICATED = 401;

let signedOut = (): void => {};

async function bodyOf<Body>(response: Response): Promise<Body> {
  try {
    return (await response.json()) as Body;
  } catch (cause) {
    throw new Refusal('unreachable', String(cause), 0);
  }
}

function parsed(body: string): { code?: unknown; detail?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
