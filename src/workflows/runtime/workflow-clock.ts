import { CancellationScope, sleep } from '@temporalio/workflow';

/** XState's clock interface; the timer's handle is the scope that cancels it. */
export interface WorkflowClock {
  setTimeout(run: () => void, delayMs: number): CancellationScope;
  clearTimeout(timer: CancellationScope): void;
}

/**
 * XState's own clock breaks replay when many orders share a worker: the sandbox keys the scopes of its global timers by
 * number across all workflows of a context, so one order's `clearTimeout` cancels another's timer. Here each timer is a
 * durable one in a scope of its own, below `parent`. Temporal shows each with `summary`.
 */
export function workflowClock(parent: CancellationScope, summary: string): WorkflowClock {
  return {
    setTimeout(run, delayMs) {
      const timer = new CancellationScope({ cancellable: true, parent });
      // Never is no timer: it would be two events of the history.
      if (delayMs === Infinity) return timer;
      // The second handler is for the cancelled timer only: an error of `run` must fail the workflow task.
      void timer.run(() => sleep(delayMs, { summary })).then(run, () => undefined);
      return timer;
    },
    clearTimeout(timer) {
      timer.cancel();
    },
  };
}
