/** Waits for an order's end, which is the result of its workflow. */
import type { Client } from '@temporalio/client';
import type { OrderOutcome } from '../domain/order/order-state.ts';

/** HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT: the last event alone. */
const CLOSE_EVENT = 2;

interface Run {
  workflowId: string;
  runId: string;
}

/** Follows the order from run to run: continued as new, reset, or started again. Throws what became of the last one. */
export async function waitForOutcome(client: Client, workflowId: string, stop: AbortSignal): Promise<OrderOutcome> {
  const latestRun = async () => (await client.workflow.getHandle(workflowId).describe()).runId;
  let runId = await latestRun();
  for (;;) {
    await untilClosed(client, { workflowId, runId }, stop);
    try {
      return await client.workflow.result<() => Promise<OrderOutcome>>(workflowId, runId, { followRuns: false });
    } catch (error) {
      const latest = await latestRun();
      if (latest === runId) throw error;
      runId = latest;
    }
  }
}

/**
 * Long polls, each answered after 20 s at the latest. Temporal's own wait for a result would continue for ever where it
 * is aborted between two of them (1.24.0).
 */
async function untilClosed(client: Client, execution: Run, stop: AbortSignal): Promise<void> {
  let nextPageToken: Uint8Array | null = null;
  for (;;) {
    stop.throwIfAborted();
    const page: { history?: { events?: unknown[] | null } | null; nextPageToken?: Uint8Array | null } =
      await client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution,
        nextPageToken,
        waitNewEvent: true,
        historyEventFilterType: CLOSE_EVENT,
        skipArchival: true,
      });
    if (page.history?.events?.length) return;
    nextPageToken = page.nextPageToken ?? null;
  }
}
