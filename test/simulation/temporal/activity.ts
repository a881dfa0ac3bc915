/** Stands for `@temporalio/activity` in a simulated life: what the activities use of it, on the virtual clock. */
import { CancelledFailure } from '@temporalio/common';
import { here } from '../scheduler.ts';

export { ApplicationFailure, CancelledFailure } from '@temporalio/common';

export interface ActivityInfo {
  attempt: number;
  activityId: string;
  heartbeatDetails: unknown;
  workflowExecution?: { runId: string; workflowId: string };
}

/** A feed ticks so much slower than the real one, as on a slow machine: a life has thousands of its ticks. */
const FEED_SLOWNESS = 5;
const FEED_TICK_MS = 250;

export class ActivityContext {
  readonly info: ActivityInfo;
  readonly cancellationSignal: AbortSignal;
  readonly heartbeat: (details?: unknown) => void;

  constructor(info: ActivityInfo, cancellationSignal: AbortSignal, heartbeat: (details?: unknown) => void) {
    this.info = info;
    this.cancellationSignal = cancellationSignal;
    this.heartbeat = heartbeat;
  }
}

export const Context = { current };

export function sleep(ms: number): Promise<void> {
  const { info, cancellationSignal: signal } = current();
  const isFeed = info.workflowExecution === undefined;
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      reject(new CancelledFailure('the activity is cancelled'));
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', cancel);
        resolve();
      },
      isFeed && ms <= FEED_TICK_MS ? ms * FEED_SLOWNESS : ms,
    );
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}

export const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function current(): ActivityContext {
  const activity = here.getStore()?.activity;
  if (!(activity instanceof ActivityContext)) throw new Error('this runs in no activity');
  return activity;
}

function quiet(): void {}
