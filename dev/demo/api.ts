/** The API by path, for the holder of one token. */
export type DemoApi = {
  /** Returns the JSON of the answer. */
  get: (path: string) => Promise<unknown>;
  /** Sends JSON and returns the JSON of the answer, or null if it has no body. */
  post: (path: string, body: unknown) => Promise<unknown>;
  /** Sends a CSV file as it is and returns the absolute address of the mass edit. */
  upload: (path: string, csv: string, fileName: string) => Promise<string>;
};

/** The longest call here (a batch of answers to a survey) takes well under a second. */
const ANSWERED_WITHIN_MS = 30_000;

/**
 * Calls the API over HTTP as any client would. Every call throws if the answer is not a success, with method, path,
 * status, and the code and detail of problem+json. Nothing is sent twice, because not every call is idempotent.
 *
 * @param apiUrl without `/v1`
 */
export function demoApi({ apiUrl, token }: { apiUrl: string; token: string }): DemoApi {
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Response> => {
    const response = await fetch(new URL(path, apiUrl), {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      body,
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    }).catch((cause) => {
      throw new Error(`${method} ${path}: no answer from ${apiUrl}`, { cause });
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await refusalIn(response)}`);
    return response;
  };
  return {
    get: async (path) => (await send('GET', path)).json(),
    post: async (path, body) => {
      const text = await (
        await send('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body))
      ).text();
      return text === '' ? null : JSON.parse(text);
    },
    upload: async (path, csv, fileName) => {
      const headers = { 'content-type': 'text/csv', 'content-disposition': `attachment; filename="${fileName}"` };
      const response = await send('POST', path, headers, csv);
      await response.body?.cancel();
      const location = response.headers.get('location');
      if (location === null) throw new Error(`POST ${path}: the answer has no Location`);
      return new URL(location, response.url).href;
    },
  };
}

/** The text with that name in an answer. Throws if the answer has none. */
export function textIn(answer: unknown, name: string): string {
  const value = fieldIn(answer, name);
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`An answer of the API has no text "${name}": ${JSON.stringify(answer)}`);
}

/** The value with that name in an answer. */
export function fieldIn(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
}

/** A refusal in one line: `409 mass_edit_in_progress: A bulk import job …`. */
async function refusalIn(response: Response): Promise<string> {
  const text = await response.text();
  const problem = parsed(text);
  const parts = [fieldIn(problem, 'code'), fieldIn(problem, 'detail') ?? fieldIn(problem, 'title')];
  const reason = parts.filter((part) => part !== undefined).join(': ');
  // If the body is not from the API itself: as much of it as a line holds.
  return `${response.status} ${reason || text.slice(0, 200)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
