/** The engine's Temporal workers: created, run and stopped together, since half an engine would look like a whole one. */
import {
  GracefulShutdownPeriodExpiredError,
  type NativeConnection,
  type Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { TemporalAccess } from '../temporal/connection.ts';
import type { WorkerVersion } from '../temporal/worker-deployment.ts';
import type { EnginePorts } from './create-ports.ts';
import { createArchiveWorker, createFeedWorker, createOrderWorker, createReconcileWorker } from './workers.ts';

export interface WorkersOptions extends TemporalAccess<NativeConnection> {
  version: WorkerVersion;
  workflowBundle: WorkflowBundleOption;
  ports: EnginePorts;
}

export interface RunningWorkers {
  /** Resolves when all have stopped; rejects with the first failure. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** They do not poll yet. Each goes on the stack, so that it is discarded if it never polls. */
export async function createWorkers(
  { ports, ...options }: WorkersOptions,
  resources: AsyncDisposableStack,
): Promise<Worker[]> {
  const workers: Worker[] = [];
  const add = (worker: Worker): void => {
    workers.push(worker);
    resources.defer(() => discardWorker(worker));
  };
  add(await createOrderWorker({ ...options, ports: ports.orders }));
  add(await createReconcileWorker({ ...options, ports: ports.reconciliation }));
  add(await createArchiveWorker({ ...options, ports: ports.archive }));
  add(await createFeedWorker({ ...options, ports: ports.feed }));
  return workers;
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
