/** Stands for `@temporalio/activity` in a simulated life: what the activities use of it, on the virtual clock. */
import { here } from '../scheduler.ts';

export { ApplicationFailure, CancelledFailure } from '@temporalio/common';

export interface ActivityInfo {
  attempt: number;
  activityId: string;
  scheduledTimestampMs: number;
  heartbeatDetails: unknown;
  workflowExecution?: { runId: string; workflowId: string };
}

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

export const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function current(): ActivityContext {
  const activity = here.getStore()?.activity;
  if (!(activity instanceof ActivityContext)) throw new Error('this runs in no activity');
  return activity;
}

function quiet(): void {}
