import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type TextFunction = { name: string; call: (text: string) => void };

/**
 * Every function that the files of a folder export and that takes a text first, found in their source. A new function
 * need not be named anywhere, except for its arguments beside the text.
 *
 * @param more by name, the further arguments of functions that need some
 */
export async function textFunctionsIn(folder: string, more: Record<string, unknown[]>): Promise<TextFunction[]> {
  const found: TextFunction[] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (!file.endsWith('.ts')) continue;
    const names = [...readFileSync(path, 'utf8').matchAll(TAKES_TEXT)].map((match) => match[1] ?? match[2] ?? '');
    if (names.length === 0) continue;
    const exported: Record<string, unknown> = await import(join(process.cwd(), path));
    for (const name of names) found.push({ name, call: calling(name, exported[name], more[name] ?? []) });
  }
  return found;
}

/** `export const a = (text: string …` or `export function a(text: string …`. */
const TAKES_TEXT =
  /^export (?:const (\w+) = (?:async )?|(?:async )?function (\w+))\(\s*\w+\??(?:: string\b(?!\[)| = '')/gm;

function calling(name: string, rule: unknown, more: readonly unknown[]): (text: string) => void {
  if (typeof rule !== 'function') throw new Error(`${name} is no function`);
  if (rule.length - 1 > more.length) throw new Error(`Say what ${name} is to be given beside the text`);
  return (text) => {
    try {
      rule(text, ...more);
    } catch {
      // A text that the rule does not accept must be refused as quickly.
    }
  };
}
