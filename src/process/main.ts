/** Runs a process from start to end: one clear sentence on failure, and an end even when something holds on. */

/** After the work is done nothing may keep the process for longer than this. */
const LEAVE_WITHIN_MS = 2_000;

export async function main(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  setTimeout(() => process.exit(), LEAVE_WITHIN_MS).unref();
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Aborted by the first SIGINT or SIGTERM. A second one ends the process at once, for whoever does not want to wait. */
export function shutdownSignal(): AbortSignal {
  const shutdown = new AbortController();
  const onSignal = (): void => {
    if (shutdown.signal.aborted) process.exit(130);
    shutdown.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return shutdown.signal;
}
