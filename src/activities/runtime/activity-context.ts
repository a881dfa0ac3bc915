/** What every long activity needs of Temporal: a heartbeat, a sleep that ends with it, the time. */
import { Context } from '@temporalio/activity';

const HEARTBEAT_EVERY_MS = 1_000;

/** Runs `work` with a heartbeat every second, so that a dead worker is noticed within the heartbeat timeout. */
export async function withHeartbeat<Result>(
  work: () => Promise<Result>,
  details: () => unknown = () => undefined,
): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(details()), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * Sleeps; throws when the activity is cancelled or the worker shuts down. Temporal's `sleep` leaves about 1 KiB behind
 * for as long as the activity lives, and the feed, which pauses 20 times a second, lives for a month.
 */
export function pause(ms: number): Promise<void> {
  const signal = cancellation();
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cancel);
      resolve();
    }, ms);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}

/** Aborted when the activity is cancelled or the worker shuts down. */
export function cancellation(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** The run of the workflow that scheduled the activity. */
export function runIdOfActivity(): string {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined)
    throw new Error('this activity belongs to a workflow, and was scheduled by none');
  return workflowExecution.runId;
}

export function now(): string {
  return new Date().toISOString();
}
