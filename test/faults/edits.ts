/**
 * A change of a source file's text at load time. `from` must occur exactly once, so that no change becomes obsolete
 * unnoticed.
 */
export type Edit = { file: string; from: string; to: string };

const IN_CHUNKS = 'activities/stage-runner/run-stage.ts';
const ATTEMPT = 'activities/stage-runner/attempt.ts';
const SETTLE = 'activities/finish-mass-edit.ts';
const RECORD = 'activities/record-decision.ts';

/** Applies all edits to the text. Throws if a `from` is absent or occurs twice. */
export function edited(source: string, edits: Edit[]): string {
  return edits.reduce((text, { file, from, to }) => {
    const found = text.split(from).length - 1;
    if (found !== 1) throw new Error(`${file} has ${found} times, not once: ${from}`);
    return text.replace(from, () => to);
  }, source);
}

/**
 * Points at which the product stops for a fault. The calls go to failpoints.ts, which is loaded into the process. The
 * sources do not contain them, so no failpoint can reach production.
 */
export const FAILPOINTS: Edit[] = [
  {
    file: IN_CHUNKS,
    from: 'export async function runStage<Result extends Record<string, unknown>>(',
    to: `export const runStage = (deps, ref, work) => globalThis.faults.returning(work.stage, ref, () => runStageAsItIs(deps, ref, work));
async function runStageAsItIs<Result extends Record<string, unknown>>(`,
  },
  {
    file: IN_CHUNKS,
    from: 'const write: Write = (chunk) =>',
    to: `const write = (chunk) => globalThis.faults.committing(work.stage, () => writeAsItIs(chunk));
      const writeAsItIs = (chunk) =>`,
  },
  {
    file: IN_CHUNKS,
    from: 'return chunk(tx);',
    to: 'return globalThis.faults.writing(work.stage, tx, chunk);',
  },
  {
    file: ATTEMPT,
    from: 'return claim(db, { ...ref, runId: workflowExecution.runId, stage: fenceOrder, attempt });',
    to: `return globalThis.faults.claiming(fenceOrder, () =>
      claim(db, { ...ref, runId: workflowExecution.runId, stage: fenceOrder, attempt }));`,
  },
  {
    file: SETTLE,
    from: 'export async function finishMassEdit(',
    to: `export const finishMassEdit = (...given) => globalThis.faults.returning('Settling', given[1], () => finishMassEditAsItIs(...given));
async function finishMassEditAsItIs(`,
  },
  {
    file: SETTLE,
    from: 'return inOrganization(deps.db, edit.organizationId, async (tx) => {',
    to: `return globalThis.faults.inTransaction('Settling', (work) => inOrganization(deps.db, edit.organizationId, work), async (tx) => {`,
  },
  {
    file: RECORD,
    from: 'export async function recordDecision(',
    to: `export const recordDecision = (...given) => globalThis.faults.returning('Recording', given[1], () => recordAsItIs(...given));
async function recordAsItIs(`,
  },
  {
    file: RECORD,
    from: 'inOrganization(deps.db, ref.organizationId, async (tx) => {',
    to: `globalThis.faults.inTransaction('Recording', (work) => inOrganization(deps.db, ref.organizationId, work), async (tx) => {`,
  },
  {
    file: 'api/routes/mass-edits/upload.ts',
    from: 'if (isNew) await tryStart(request, edit);',
    to: `await globalThis.faults.at('Upload', 'stored');
        if (isNew) await tryStart(request, edit);
        await globalThis.faults.at('Upload', 'started');`,
  },
  {
    file: 'api/mass-edits/answer-gate.ts',
    from: 'await signalDecision(temporal,',
    to: `await globalThis.faults.at('Answer', 'decided');
  await signalDecision(temporal,`,
  },
  {
    file: 'api/mass-edits/answer-gate.ts',
    from: 'return decided;',
    to: `await globalThis.faults.at('Answer', 'signalled');
  return decided;`,
  },
];

/** With these edits a run of thousands of faults takes an hour and not a week. None of them changes what is written. */
export const QUICKENED: Edit[] = [
  // A file of a few rows then has many chunks and commits, like a large file.
  { file: IN_CHUNKS, from: 'const CHUNK_ROWS = 5_000;', to: 'const CHUNK_ROWS = 4;' },
  { file: ATTEMPT, from: 'const HEARTBEAT_EVERY_MS = 5_000;', to: 'const HEARTBEAT_EVERY_MS = 500;' },
  { file: 'db/stages/fence.ts', from: 'const CLAIM_WAIT_MS = 3_000;', to: 'const CLAIM_WAIT_MS = 500;' },
  { file: 'api/reconciler.ts', from: 'const ROUND_MS = 5_000;', to: 'const ROUND_MS = 1_000;' },
  {
    file: 'api/reconciler.ts',
    from: 'const LONGEST_SILENCE_MS = 10 * 60_000;',
    to: 'const LONGEST_SILENCE_MS = 4_000;',
  },
  {
    file: 'api/reconciler.ts',
    from: 'const LONGEST_LOOK_AWAY_MS = 20_000;',
    to: 'const LONGEST_LOOK_AWAY_MS = 2_000;',
  },
  // An API purges deleted users when it starts, and here it starts often. The model does not know the purge.
  { file: 'api/reconciler.ts', from: 'let tidied = 0;', to: 'let tidied = Date.now();' },
  // Not the digest of the files on disk: a developer may change them during the run. Every eighth worker has another
  // version.
  {
    file: 'activities/upload/source-digest.ts',
    from: 'export const SOURCE_DIGEST = digestOfSources();',
    to: "export const SOURCE_DIGEST = process.pid % 8 === 0 ? 'the next program' : 'this program';",
  },
  {
    // The environment has bundled the workflows with its own timeouts. So a worker restarts a second sooner.
    file: 'activities/worker.ts',
    from: "workflowBundle: lane === 'small' ? await bundleWorkflows(log) : undefined,",
    to: "workflowBundle: lane === 'small' ? globalThis.faults.workflowBundle : undefined,",
  },
  {
    file: 'activities/worker-options.ts',
    from: "maxHeartbeatThrottleInterval: '1 second',",
    to: "maxHeartbeatThrottleInterval: '500 milliseconds',",
  },
  {
    file: 'api/temporal.ts',
    from: 'workflowId: workflowIdOf(organizationId),\n    taskQueue,',
    to: "workflowId: workflowIdOf(organizationId),\n    workflowTaskTimeout: '2 seconds',\n    taskQueue,",
  },
];

/**
 * For the bundled workflows: the silence after which a worker counts as dead, and the longest pause between retries.
 */
export const BUNDLE_EDITS = [
  { pattern: /heartbeatTimeout: ['"]30 seconds['"]/g, to: "heartbeatTimeout: '3 seconds'", times: 1 },
  { pattern: /maximumInterval: ['"]30 seconds['"]/g, to: "maximumInterval: '2 seconds'", times: 2 },
  { pattern: /heartbeatTimeout: ['"]5 seconds['"]/g, to: "heartbeatTimeout: '3 seconds'", times: 1 },
];
