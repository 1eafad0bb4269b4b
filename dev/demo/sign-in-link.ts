import { demoApi, textIn } from './api.ts';
import type { Demo } from './demo.ts';

/**
 * Makes a link that signs the demo administrator in once, within ten minutes. Null, with a log line, if the API makes
 * none: the token of the demo may have been deleted since.
 */
export async function signInLink(apiUrl: string, demo: Demo, log: (line: string) => void): Promise<string | null> {
  try {
    const link = await demoApi({ apiUrl, token: demo.token }).post('/v1/session/links', undefined);
    return apiUrl + textIn(link, 'href');
  } catch (error) {
    log(`There is no link to sign in with: ${(error as Error).message}`);
    return null;
  }
}
