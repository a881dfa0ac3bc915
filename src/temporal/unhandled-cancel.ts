/** A cancellation that Temporal accepted for a run that could not make progress, and that no workflow task has handled. */
import type { ConnectionLike } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';

/** The events after the last completed task are mostly one page. */
const PAGE_SIZE = 200;

interface Run {
  namespace: string;
  execution: { workflowId: string; runId: string };
}

/** With the argument of the latest such signal. Null where none came after the run's last completed workflow task. */
export async function unhandledCancel(
  { workflowService }: ConnectionLike,
  { namespace, execution }: Run,
  codec: EncryptionCodec,
): Promise<{ argument: unknown } | null> {
  let latest: { argument: unknown } | null = null;
  let nextPageToken: Uint8Array | null = null;
  do {
    const page: Awaited<ReturnType<typeof workflowService.getWorkflowExecutionHistoryReverse>> =
      await workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution,
        nextPageToken,
        maximumPageSize: PAGE_SIZE,
      });
    for (const event of page.history?.events ?? []) {
      if (event.workflowTaskCompletedEventAttributes) return latest;
      const signal = event.workflowExecutionSignaledEventAttributes;
      if (signal?.signalName === 'cancelOrder') latest ??= { argument: argumentOf(signal.input?.payloads?.[0], codec) };
      // From the Temporal UI, where cancelling the workflow means cancelling the order.
      if (event.workflowExecutionCancelRequestedEventAttributes) latest ??= { argument: undefined };
    }
    nextPageToken = page.nextPageToken?.length > 0 ? page.nextPageToken : null;
  } while (nextPageToken !== null);
  return latest;
}

/** What cannot be read counts as no argument, as it does in the workflow. */
function argumentOf(payload: Payload | undefined, codec: EncryptionCodec): unknown {
  try {
    return payload === undefined ? undefined : codec.valueOf(payload);
  } catch {
    return undefined;
  }
}
