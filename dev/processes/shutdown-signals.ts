/** npm passes Ctrl-C on, and the terminal has sent it already. Within this time both count as one. */
const SAME_REQUEST_MS = 500;
const LOOK_AT_PARENT_MS = 500;

export type ShutdownSignals = {
  /** Aborts at the first request. */
  signal: AbortSignal;
  /** Settles at the first request. */
  first: Promise<void>;
};

/**
 * Listens for a request to stop: Ctrl-C, SIGTERM, or a terminal that closes. If npm started this process, the end of
 * npm counts too, because a killed npm cannot pass a signal on. A second Ctrl-C or SIGTERM calls `force`.
 */
export function listenForShutdown({
  calledByNpm,
  force,
}: {
  calledByNpm: boolean;
  force: () => void;
}): ShutdownSignals {
  const requested = new AbortController();
  let requestedAt = 0;
  const request = () => {
    if (!requested.signal.aborted) {
      requestedAt = performance.now();
      requested.abort(new Error('Stopped before it was ready'));
    } else if (performance.now() - requestedAt > SAME_REQUEST_MS) force();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  if (calledByNpm) {
    const parent = process.ppid;
    const looking = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(looking);
      request();
    }, LOOK_AT_PARENT_MS);
    looking.unref();
  }
  return {
    signal: requested.signal,
    first: new Promise((resolve) => {
      requested.signal.addEventListener('abort', () => resolve(), { once: true });
    }),
  };
}
