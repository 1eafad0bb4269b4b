import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/**
 * Every text in the engine's data, at any depth: strings as they are, bytes as their text, and strings that look like
 * base64 decoded as well. It includes keys, because a map may have names as keys.
 */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^[\w+/-]{8,}={0,2}$/.test(value) ? [value, decoded(value)] : [value];
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value).toString();
    // A payload is a JSON text. Its escapes would hide an ö.
    return [text, ...textsIn(parsed(text))];
  }
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([k, v]) => [k, ...textsIn(v)]);
  return [];
}

/**
 * The whole history of a workflow's latest run, once it has ended, as a file for replaying. The names of the machine
 * and of its processes are left out.
 */
export async function recordedHistory(temporal: Client, workflowId: string): Promise<string> {
  const clean = (key: string, value: unknown): unknown => {
    if (key === 'identity' || key === 'attachRequestId') return 'recorded';
    // A stack trace of a fault names the directories of the program.
    if (key === 'stackTrace') return '';
    return typeof value === 'string' ? value.replace(/\d+@[\w.-]+/g, 'recorded') : value;
  };
  const handle = temporal.workflow.getHandle(workflowId);
  // The database records the end a moment before the engine does. A failed stage is an end too.
  await Promise.allSettled([handle.result()]);
  const history = await handle.fetchHistory();
  return `${JSON.stringify(JSON.parse(historyToJSON(history)), clean, 2)}\n`;
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not JSON: the text itself was checked
  }
}
