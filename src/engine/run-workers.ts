/** The engine's Temporal workers: started and stopped together, since half an engine would look like a whole one. */
import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';

export interface RunningWorkers {
  /** Resolves when all have stopped; rejects with the first failure. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Lets them poll. When one of them fails, the others are stopped. */
export function runWorkers(workers: readonly Worker[]): RunningWorkers {
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = Promise.allSettled(workers.map((worker) => worker.run().finally(shutdown)));
  const ended = runs.then((ends) => {
    const failed = ends.find((end) => end.status === 'rejected' && !isLeftToOthers(end.reason));
    if (failed?.status === 'rejected') throw failed.reason;
  });
  return {
    ended,
    async stop() {
      shutdown();
      await runs;
    },
  };
}

/** A worker that never polled keeps its connection from being closed, and can only be stopped by running it. */
export async function discardWorker(worker: Worker): Promise<void> {
  if (worker.getState() === 'INITIALIZED') await worker.runUntil(Promise.resolve());
}

/** Activities that did not end within the worker's grace time are retried on another worker, as after a crash. */
function isLeftToOthers(reason: unknown): boolean {
  return reason instanceof GracefulShutdownPeriodExpiredError;
}
