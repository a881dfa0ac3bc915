/** A workflow task that fails is retried for ever and looks like a hang: whoever waits for a workflow is told of it at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';

type TaskFailure = temporal.api.history.v1.IWorkflowTaskFailedEventAttributes | null | undefined;

export class BrokenWorkflowTask extends Error {
  override readonly name = 'BrokenWorkflowTask';
}

export class BrokenTaskWatch {
  readonly #waiting = new Map<WorkflowHandle, (error: BrokenWorkflowTask) => void>();
  readonly #stopped = new AbortController();

  constructor() {
    this.#watch().catch(() => undefined);
  }

  /** The promise's answer; rejects with BrokenWorkflowTask as soon as the workflow has one. */
  async during<Result>(handle: WorkflowHandle, promise: Promise<Result>): Promise<Result> {
    const broken = new Promise<never>((_resolve, reject) => this.#waiting.set(handle, reject));
    try {
      return await Promise.race([promise, broken]);
    } finally {
      this.#waiting.delete(handle);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** One history after the other, so that hundreds of waits are no load. */
  async #watch(): Promise<never> {
    for (;;) {
      await sleep(500, undefined, { signal: this.#stopped.signal });
      for (const [handle, reject] of this.#waiting) {
        const { events } = await handle.fetchHistory().catch(() => ({ events: [] }));
        const failed = events?.map((event) => event.workflowTaskFailedEventAttributes).find(isBroken);
        if (failed)
          reject(new BrokenWorkflowTask(`a workflow task of ${handle.workflowId} failed: ${failed.failure?.message}`));
        this.#stopped.signal.throwIfAborted();
      }
    }
  }
}

/** Only what the worker reported: the server writes a reset, or too many messages at once, as failed tasks, too. */
function isBroken(failure: TaskFailure): boolean {
  const causes = proto.temporal.api.enums.v1.WorkflowTaskFailedCause;
  const cause = failure?.cause;
  return (
    cause === causes.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE ||
    cause === causes.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
  );
}
