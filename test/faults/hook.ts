/**
 * Loaded into API and worker before their own modules (`node --import`). Changes the text of the product's sources as
 * they are loaded: by edits.ts and, in a run that must fail, by one of mutations.ts.
 */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { childEnvironment } from '../../config.ts';
import { type Edit, edited, FAILPOINTS, QUICKENED } from './edits.ts';
import { type FromChild, failpoints, type ToChild } from './failpoints.ts';
import { mutationOf } from './mutations.ts';

const PROJECT = pathToFileURL(`${resolve(import.meta.dirname, '../..')}/`).href;
const { FAIL_AT, FAULTS_BUNDLE: codePath, MUTATION } = childEnvironment({});
const EDITS: Edit[] = [...FAILPOINTS, ...QUICKENED, ...(MUTATION ? mutationOf(MUTATION).edits : [])];

// The engine's own threads run the bundled workflows, which the environment has built. Nothing is changed there.
if (isMainThread) {
  const faults = failpoints(tell, FAIL_AT);
  Object.assign(globalThis, { faults: { ...faults, workflowBundle: { codePath } } });
  process.on('message', (message: ToChild) => faults.hear(message));
  // The channel must not keep an idle process alive.
  process.channel?.unref();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = url.startsWith(PROJECT) ? url.slice(PROJECT.length) : '';
      const edits = EDITS.filter((edit) => edit.file === file);
      if (edits.length === 0) return loaded;
      const source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array);
      return { ...loaded, source: edited(source.toString(), edits) };
    },
  });
}

/** Sends a message and waits until it is sent: the process may end next. */
function tell(message: FromChild): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}
